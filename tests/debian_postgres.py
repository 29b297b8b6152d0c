"""A real PostgreSQL as Debian packs it, with pg_trgm, which Prefect's server needs and the wheel of `tests/postgres.py` lacks.

It has as few connections as a test wants, three of which are kept for superusers.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.postgres import PASSWORD, Postgres
from tests.prefect_server import free_port

INSTALLED = Path("/usr/lib/postgresql")
OWNER = "postgres"
"""Debian's own user of it: PostgreSQL does not run as root."""


@contextmanager
def debian_postgres(max_connections: int) -> Generator[Postgres, None, None]:
    """A server of the newest PostgreSQL here, with the password PASSWORD; skips the test where there is none."""
    programs = _programs()
    if programs is None:
        pytest.skip("there is no PostgreSQL with pg_trgm: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="lg-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        _make_cluster(programs, Path(folder), data)
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"max_connections = {max_connections}\n")
        running = Postgres(data, free_port(), partial(_run, programs / "pg_ctl", "-D", str(data)))
        running.start()
        try:
            yield running
        finally:
            if running.is_running:
                running.stop()


def _programs() -> Path | None:
    """Where the newest one is that has what Prefect needs."""
    homes = (library.parents[1] for library in INSTALLED.glob("*/lib/pg_trgm.so"))
    newest = max(homes, key=lambda home: float(home.name), default=None)
    return newest / "bin" if newest else None


def _make_cluster(programs: Path, folder: Path, data: Path) -> None:
    (folder / "password").write_text(PASSWORD)
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    access = ("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}")
    _run(programs / "initdb", "-D", str(data), "--username=postgres", "--locale=C.UTF-8", "--no-sync", *access)


def _run(program: Path, *arguments: str) -> None:
    owner, groups = (OWNER, ()) if os.geteuid() == 0 else (None, None)
    command = [program, *arguments]
    subprocess.run(
        command,
        user=owner,
        group=owner,
        extra_groups=groups,
        cwd="/",
        check=True,
        timeout=60,
        stdout=subprocess.DEVNULL,
    )
