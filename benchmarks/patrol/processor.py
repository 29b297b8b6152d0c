"""CPU seconds from `/proc`: of a server's group of processes, and of PostgreSQL; their children that have ended included."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, GROUP, USED = 1, 2, slice(11, 15)
"""Places behind the name in `/proc/PID/stat`: ppid, pgrp, and utime, stime, cutime and cstime (proc(5))."""


def cpu_seconds(group: int) -> float:
    """All that a group of processes has used so far."""
    return _used(lambda _, fields: int(fields[GROUP]) == group)


def cpu_seconds_of_family(first: int) -> float:
    """All that a process and its children have used so far: each process of PostgreSQL is a group of its own."""
    return _used(lambda pid, fields: pid == first or int(fields[PARENT]) == first)


def _used(is_meant: Callable[[int, list[str]], bool]) -> float:
    meant = (fields for pid, fields in _processes() if is_meant(pid, fields))
    return sum(sum(map(int, fields[USED])) for fields in meant) / TICKS_A_SECOND


def _processes() -> Iterator[tuple[int, list[str]]]:
    """What stands behind the name, which may hold anything; a process that has just ended is left out."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(folder)):
            yield int(folder.name), fields


def _fields(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
