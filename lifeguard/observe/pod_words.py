"""What Prefect was told of the pods of runs in trouble: events and lines of the observer in a Kubernetes worker.

Two calls where a run waits or crashed in a pool of Kubernetes, some more where many do, and none elsewhere. `occurred` is a
pod's creation, so the window begins before the first of these runs was expected; `received` tells what is newer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from lifeguard.facts import OWN_TAG, Run, seconds
from lifeguard.happenings import EVENTS_KEPT
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.events import newest_events
from lifeguard.observe.paging import Row
from lifeguard.observe.pod_answers import OF_RUN, observer_line, pod_event
from lifeguard.observe.runs import with_deployments
from lifeguard.pods import KUBERNETES, POD_EVENTS, ObserverLine, PodEvent
from lifeguard.policy import Policy
from lifeguard.snapshot import OBSERVER_LINES, PODS_EVENTS, Missing, Snapshot

RUNS_ASKED = 200
RUNS_AT_ONCE = 40
"""The token of the next page holds the whole question in its address, of which proxies take 8 kB."""

PAGES_READ = 5
"""Of 50 events each for so many runs: a pod that waits makes about four."""

LINES_PAGES_READ = 3
RESERVE = seconds(3600)
WARNING_LEVEL = 30

Words = tuple[tuple[PodEvent, ...], frozenset[str]]


async def find_pod_words(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add what was told of the pods of runs that wait or crashed; nothing is asked where there are none."""
    if not any(pool.type == KUBERNETES for pool in snapshot.pools):
        return snapshot
    suspects = _spread([*_waiting(snapshot, policy), *_crashed(snapshot)])
    asked = suspects[:RUNS_ASKED]
    snapshot = await with_deployments(api, snapshot, asked)
    snapshot = _with_left_out(snapshot, len(suspects), len(asked))
    return await _with_lines(api, await _with_events(api, snapshot, asked), asked)


def _waiting(snapshot: Snapshot, policy: Policy) -> list[Run]:
    patience = snapshot.server.settings.overdue_after(policy.overdue_after_seconds)
    pending = (run for run in of_kubernetes(snapshot, snapshot.active) if run.is_pending)
    overdue = (run for run in pending if run.overdue_seconds(snapshot.taken_at) > patience)
    return sorted(overdue, key=lambda run: (run.due_since or snapshot.taken_at, run.id))


def _crashed(snapshot: Snapshot) -> list[Run]:
    """Without the name of a Job there was none, and nobody can tell of its pod."""
    ended = of_kubernetes(snapshot, (*snapshot.ended, *snapshot.interrupted))
    crashed = [run for run in ended if run.state_type == "CRASHED" and run.infrastructure_id]
    return sorted(crashed, key=lambda run: (run.ended or snapshot.taken_at, run.id), reverse=True)


def of_kubernetes(snapshot: Snapshot, runs: Iterable[Run]) -> list[Run]:
    """Those of these runs that belong to a pool of Kubernetes, without Lifeguard's own."""
    pools = {pool.id for pool in snapshot.pools if pool.type == KUBERNETES}
    return [run for run in runs if run.pool_id in pools and OWN_TAG not in run.tags]


def _spread(runs: Sequence[Run]) -> list[Run]:
    """The same runs, one of each deployment first: where many wait, those of one deployment wait for one reason."""
    by_deployment: dict[str | None, list[Run]] = {}
    for run in runs:
        by_deployment.setdefault(run.deployment_id, []).append(run)
    return [run for turn in zip_longest(*by_deployment.values()) for run in turn if run]


def _with_left_out(snapshot: Snapshot, number: int, asked: int) -> Snapshot:
    if asked == number:
        return snapshot
    why = f"of {number:,} runs that wait or crashed in Kubernetes, {asked} were asked about"
    return replace(
        snapshot, missing=(*snapshot.missing, Missing(f"{PODS_EVENTS} of further runs", why, essential=False))
    )


async def _with_events(api: Api, snapshot: Snapshot, runs: Sequence[Run]) -> Snapshot:
    reading = _events(api, snapshot, runs)
    nothing: Words = ((), frozenset())
    (events, asked), missing = await attempt(reading, nothing, lambda why: _unseen(PODS_EVENTS, why))
    if not missing and len(asked) < len(runs):
        missing = (_unseen(PODS_EVENTS, f"{RUNS_AT_ONCE} runs have more than {PAGES_READ * 50} of them"),)
    return replace(snapshot, pod_events=events, pods_asked=asked, missing=snapshot.missing + missing)


async def _events(api: Api, snapshot: Snapshot, runs: Sequence[Run]) -> Words:
    """The events by when they were received, and the ids of the runs of which all were read.

    All runs are asked about at once, and in portions where they have more events than the first page holds.
    """
    if len(runs) > RUNS_AT_ONCE:
        rows, is_cut = await newest_events(api, question_of(snapshot, runs), pages=1)
        if not is_cut:
            return _in_order(map(pod_event, rows)), frozenset(run.id for run in runs)
    found, asked = list[PodEvent | None](), set[str]()
    for start in range(0, len(runs), RUNS_AT_ONCE):
        some = runs[start : start + RUNS_AT_ONCE]
        rows, is_cut = await newest_events(api, question_of(snapshot, some), PAGES_READ)
        found += map(pod_event, rows)
        asked |= set() if is_cut else {run.id for run in some}
    return _in_order(found), frozenset(asked)


def _in_order(events: Iterable[PodEvent | None]) -> tuple[PodEvent, ...]:
    return tuple(sorted(filter(None, events), key=_received))


def _received(event: PodEvent) -> tuple[float, str]:
    return (event.received.timestamp(), event.run_id)


def question_of(snapshot: Snapshot, runs: Sequence[Run]) -> dict[str, Any]:
    """The filter for every event of the pods of these runs that may still be kept."""
    first = min((run.expected_start for run in runs if run.expected_start), default=snapshot.taken_at)
    since = max(first - RESERVE, snapshot.taken_at - EVENTS_KEPT)
    return {
        "event": {"prefix": [POD_EVENTS]},
        "related": {"id": [OF_RUN + run.id for run in runs]},
        "occurred": {"since": since.isoformat()},
    }


async def _with_lines(api: Api, snapshot: Snapshot, runs: Sequence[Run]) -> Snapshot:
    """The lines of those that wait: of a crash, events tell all that the observer does, without what the container wrote."""
    reading = _lines(api, [run.id for run in runs if run.is_pending], snapshot.server.settings.page_size)
    nothing = (tuple[ObserverLine, ...](), False)
    (lines, is_cut), missing = await attempt(reading, nothing, lambda why: _unseen(OBSERVER_LINES, why))
    if is_cut:
        missing = (_unseen(OBSERVER_LINES, f"there are more than {LINES_PAGES_READ} pages; the newest were read"),)
    return replace(snapshot, observer_lines=lines, missing=snapshot.missing + missing)


async def _lines(api: Api, ids: Sequence[str], page_size: int) -> tuple[tuple[ObserverLine, ...], bool]:
    """The lines by time, and whether older ones were left out. No filter is for the name of a logger (3.9.1)."""
    found = list[ObserverLine]()
    asked = {"logs": {"flow_run_id": {"any_": ids}, "level": {"ge_": WARNING_LEVEL}}, "sort": "TIMESTAMP_DESC"}
    for page in range(LINES_PAGES_READ if ids else 0):
        rows: list[Row] = await api.post("logs/filter", {**asked, "limit": page_size, "offset": page * page_size})
        found += filter(None, map(observer_line, rows))
        if len(rows) < page_size:
            break
    else:
        return _by_time(found), bool(ids)
    return _by_time(found), False


def _by_time(lines: Iterable[ObserverLine]) -> tuple[ObserverLine, ...]:
    return tuple(sorted(set(lines), key=lambda line: (line.at, line.run_id, line.text)))


def _unseen(what: str, why: str) -> Missing:
    return Missing(what, why, essential=False)
