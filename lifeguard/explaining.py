"""Explaining one run: the case is looked into, judged, and, where it began late, asked of the history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lifeguard.configuration import ConfigurationError, Source
from lifeguard.facts import Run, seconds
from lifeguard.happenings import DEPLOYMENT, LIMIT, POOL, QUEUE
from lifeguard.incidents import Incident
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.case import look_into
from lifeguard.observe.happenings import happenings_or_why_not
from lifeguard.observe.look import Look
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.place import chosen_database
from lifeguard.record.queries import read_history
from lifeguard.snapshot import Snapshot
from lifeguard.what_changed import LOOKS_BACK_SECONDS, WhatChanged, what_changed
from lifeguard.why.earlier import is_about
from lifeguard.why.explanation import Explanation, explain, waited_seconds


async def settled(api: Api, sources: Sequence[Source]) -> tuple[Look, Snapshot]:
    """The policy in force and the server; raises `CallFailed` where it is not ready."""
    look, snapshot = await settle(api, sources, (), lambda _: None, utc_now())
    if not snapshot.can_go_on:
        raise CallFailed(snapshot.server.not_ready_because or "it is not ready")
    return look, snapshot


async def explained(
    api: Api, look: Look, snapshot: Snapshot, run: Run, environment: Mapping[str, str], home: Path
) -> Explanation:
    """Everything that is known about why a run has not begun, or why it began late."""
    explanation = explain(await look_into(api, snapshot, look.policy, run), look.policy)
    explanation = replace(explanation, changed=await _changed(api, explanation))
    if waited_seconds(run) <= look.policy.unexplained_after_seconds or run.run_count == 0:
        return explanation
    try:
        return replace(explanation, earlier=await _earlier(api, look, run, environment, home))
    except (HistoryUnavailable, ConfigurationError) as failure:
        return replace(explanation, history=f"Why it waited is not known: {failure}")


async def _changed(api: Api, explanation: Explanation) -> WhatChanged | None:
    """What was done to its pool, queue or deployment since an hour before it was due; of one that waits only."""
    run, now = explanation.run, explanation.case.snapshot.taken_at
    if run.due_since is None or run.due_since > now or not (run.is_scheduled or run.is_pending):
        return None
    since, resources = run.due_since - seconds(LOOKS_BACK_SECONDS), _resources(explanation)
    seen = await happenings_or_why_not(api, resources, since, now)
    return WhatChanged(unseen=seen) if isinstance(seen, str) else what_changed(seen, resources, now, since)


def _resources(explanation: Explanation) -> frozenset[str]:
    run, deployment = explanation.run, explanation.deployment
    own = ((POOL, run.pool_id), (QUEUE, run.queue_id), (DEPLOYMENT, run.deployment_id))
    limit = (LIMIT, deployment.limit.id if deployment and deployment.limit else None)
    return frozenset(kind + id for kind, id in (*own, limit) if id)


async def _earlier(api: Api, look: Look, run: Run, environment: Mapping[str, str], home: Path) -> tuple[Incident, ...]:
    """What was told of its pool or its deployment while it waited."""
    if run.expected_start is None or run.started is None:
        return ()
    database = await chosen_database(api, environment, home)
    server = look.policy.server_name or api.connection.shown_url
    history = await read_history(database, server, run.expected_start, run.started + seconds(1), run.pool_name)
    return tuple(incident for incident in history.incidents if is_about(incident, run))
