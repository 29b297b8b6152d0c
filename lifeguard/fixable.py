"""Which codes `lifeguard fix` can do something about, and the command that does it. How is planned in `remedies`."""

import re
from collections.abc import Mapping

from lifeguard.escaping import command
from lifeguard.findings import Finding

FIXES: Mapping[str, str] = {
    "cancelling-stuck": "makes the runs Cancelled by force",
    "awaiting-retry-orphaned": "lets any worker begin the retries",
    "pool-paused": "resumes the work pool",
    "queue-paused": "resumes the work queue",
    "stuck-pending-orphan": "cancels the runs by force, or with --again puts them back to Scheduled",
    "zombie-running": "makes the runs Crashed that are surely gone, or with --again puts them back to Scheduled",
    "deployment-limit-leaked": "sets the counter of the limit to what runs hold",
    "tag-limit-leaked-slots": "sets the counter of the limit to what task runs hold",
    "deployment-paused": "resumes the deployment",
    "schedule-inactive": "switches the schedule on, where there is only one",
}
"""What it does, in words that the documentation shares. No other code can be applied."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
AGAIN = frozenset({"stuck-pending-orphan", "zombie-running"})
"""The codes whose runs can be put back to Scheduled instead of ended."""


def is_fixable(finding: Finding) -> bool:
    """Whether there is a step for it: which of several schedules is wanted, and a busy process, are for people to judge."""
    if finding.code == "schedule-inactive":
        return finding.evidence.get("schedules") == 1
    if finding.code == "zombie-running":
        return finding.is_confirmed
    if finding.code == "pool-paused":
        return is_addressable(finding.resource.name)
    return finding.code in FIXES


def is_addressable(name: str) -> bool:
    """Whether a path of Prefect's API can name it, and nothing else.

    `work_pools/etl/workers/..` is the work pool itself; a slash and a line break never arrive (Prefect 3.8.8 and 3.9.1).
    """
    return name not in (".", "..") and "/" not in name and not CONTROL.search(name)


def fix_command(fingerprint: str, *, again: bool = False, at_most: int | None = None) -> str:
    """The command that shows what would be done; with `--yes` it does that."""
    return command("lifeguard fix --again" if again else "lifeguard fix", fingerprint, at_most=at_most)


def fix_of(code: str, kind: str, id: str) -> str:
    """The command for the finding that would have this code and this resource."""
    return fix_command(f"{code}:{kind}:{id}")
