"""The metrics as a file for node_exporter's textfile collector, which reads `*.prom` of its folder."""

import os
import tempfile
from pathlib import Path

from lifeguard.configuration import ConfigurationError
from lifeguard.metrics.exposition import as_text
from lifeguard.standing import Standing

READABLE_BY_ALL = 0o644


def write_textfile(standing: Standing, file: Path) -> None:
    """Write it beside and move it there, so that nobody reads a half; raises `ConfigurationError` where that fails."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as beside:
                beside.write(as_text(standing))
            Path(name).chmod(READABLE_BY_ALL)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(f"The file {str(file)!r} cannot be written ({error.strerror}).") from None
