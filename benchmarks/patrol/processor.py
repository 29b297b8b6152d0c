"""CPU seconds of a server, from `/proc`: of all processes of its group, and of their children that have ended."""

import os
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
GROUP, USED = 2, slice(11, 15)
"""Places behind the name in `/proc/PID/stat`: pgrp, and utime, stime, cutime and cstime (proc(5))."""


def cpu_seconds(group: int) -> float:
    """All that a group of processes has used so far."""
    found = (_fields(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return (
        sum(sum(map(int, fields[USED])) for fields in found if fields and int(fields[GROUP]) == group) / TICKS_A_SECOND
    )


def _fields(folder: Path) -> list[str]:
    """What stands behind the name, which may hold anything; nothing of a process that has just ended."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
