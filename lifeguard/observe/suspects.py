"""A second look at what seems wrong: does a stuck run still log, does a silent queue still hand out runs?"""

from collections.abc import Sequence
from dataclasses import replace

from lifeguard.facts import Run, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import Row, every_row
from lifeguard.observe.queue_starts import find_queue_starts
from lifeguard.policy import Policy
from lifeguard.signatures.known import RUN
from lifeguard.signatures.scan import signs_in
from lifeguard.snapshot import Missing, Snapshot
from lifeguard.stuck import stuck_after

LOGS_OF_RUNS = "logs of pending runs"


async def question_suspects(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Ask for what would clear a suspect; both questions cost nothing where there is none."""
    return await find_queue_starts(api, await _with_progress(api, snapshot, policy), policy)


async def _with_progress(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Mark the long pending runs that wrote a log line lately: a slow image pull is not an orphan."""
    suspects = [run for run in snapshot.active if _is_long_pending(run, snapshot, policy)]
    page_size = snapshot.server.settings.page_size
    since = (snapshot.taken_at - seconds(policy.pending_stuck_after_seconds)).isoformat()
    ids = [[run.id for run in suspects[start : start + page_size]] for start in range(0, len(suspects), page_size)]
    reading = _log_lines(api, ids, since, page_size)
    rows, missing = await attempt(reading, list[Row](), lambda why: Missing("logs of pending runs", why))
    return replace(
        snapshot,
        progressing=frozenset(row["flow_run_id"] for row in rows),
        signs=snapshot.signs + signs_in(map(_as_line, rows), LOGS_OF_RUNS, where=RUN),
        missing=snapshot.missing + missing,
    )


async def _log_lines(api: Api, ids: Sequence[Sequence[str]], since: str, page_size: int) -> list[Row]:
    found: list[Row] = []
    for some in ids:
        asked = {"logs": {"flow_run_id": {"any_": some}, "timestamp": {"after_": since}}}
        found += await every_row(api, "logs/filter", asked, page_size)
    return found


def _as_line(row: Row) -> str:
    return f"{row['timestamp']} {row['message']}"


def _is_long_pending(run: Run, snapshot: Snapshot, policy: Policy) -> bool:
    if not run.is_pending or run.state_since is None:
        return False
    return run.state_since < snapshot.taken_at - stuck_after(run, policy)
