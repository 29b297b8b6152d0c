"""The log files that a command is given: opened, read without ever holding more than a line, or refused in one sentence."""

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import IO

from lifeguard.configuration import ConfigurationError
from lifeguard.escaping import visible
from lifeguard.signatures.scan import Scan
from lifeguard.signatures.sign import Sign

STANDARD_INPUT = "-"
LINE_READ_CHARACTERS = 65_536
"""Of a line that is longer, such as JSON without end, this much is looked at at a time."""
WAY_OUT = "name a text file, or - for standard input"


def signs_of(files: Sequence[str]) -> tuple[Sign, ...]:
    """Every signature in these files; raises `ConfigurationError` where one is not there, or is no text."""
    if files.count(STANDARD_INPUT) > 1:
        raise ConfigurationError("Standard input (-) can be read once: name it once.")
    return tuple(sign for file in files for sign in _signs_of(file))


def _signs_of(file: str) -> tuple[Sign, ...]:
    with _opened(file) as (text, ended):
        scan = Scan("standard input" if file == STANDARD_INPUT else file)
        try:
            for line in _lines(text):
                _refuse_binary(file, line)
                scan.read(line)
        except OSError as failure:
            raise _unreadable(file, failure) from failure
        return scan.finished(ended)


@contextmanager
def _opened(file: str) -> Generator[tuple[IO[str], datetime | None], None, None]:
    """The text, and when the file was last written to; nobody tells that of standard input."""
    if file == STANDARD_INPUT:
        with open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False) as text:
            yield text, None
        return
    try:
        path = Path(file)
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise ConfigurationError(f"The log {visible(file)!r} is a directory: {WAY_OUT}.")
        ended = datetime.fromtimestamp(status.st_mtime, UTC) if S_ISREG(status.st_mode) else None
        text = path.open(encoding="utf-8", errors="replace")
    except (OSError, ValueError) as failure:
        raise _unreadable(file, failure) from failure
    with text:
        yield text, ended


def _lines(text: IO[str]) -> Iterator[str]:
    while line := text.readline(LINE_READ_CHARACTERS):
        yield line


def _refuse_binary(file: str, line: str) -> None:
    if "\x00" in line:
        what = "Standard input" if file == STANDARD_INPUT else f"The log {visible(file)!r}"
        raise ConfigurationError(f"{what} is no text: unpack it first if it is compressed, or {WAY_OUT}.")


def _unreadable(file: str, failure: Exception) -> ConfigurationError:
    why = (failure.strerror if isinstance(failure, OSError) else None) or "it is no path"
    return ConfigurationError(f"The log {visible(file)!r} cannot be read ({why}): {WAY_OUT}.")
