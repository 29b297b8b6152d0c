"""Many runs and many pods: as facts of Prefect and as objects of a cluster, for counting calls and for taking the time."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lifeguard.snapshot import Snapshot
from tests.builders import pending, pool, running, snapshot
from tests.cluster.objects import infrastructure_id, only_of, recorded_objects, recorded_rows, run_id

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
"""Half an hour after the cluster was recorded."""
WELL, TROUBLED = "run-ok", ("run-toobig", "run-badimage", "run-cfgerr")

Row = Mapping[str, Any]


def crowd(pods: int, runs: int) -> tuple[Snapshot, dict[str, list[Row]]]:
    """So many runs whose pods are in trouble, in turn for each of three reasons, among so many pods, the others running."""
    names = [TROUBLED[number % 3] if number < runs else WELL for number in range(pods)]
    ids = [str(UUID(int=number + 1)) for number in range(pods)]
    objects = recorded_objects()
    for kind in ("pods", "jobs", "events"):
        own = {name: json.dumps(only_of(recorded_rows(kind), name)) for name in (WELL, *TROUBLED)}
        objects[kind] = [row for name, id in zip(names, ids, strict=True) for row in _given(own[name], name, id)]
    for row in objects["pods"][runs:]:
        row["status"]["phase"] = "Running"
    active = [
        replace(
            pending(name, "k8s") if name != WELL else running(name, "k8s"),
            id=id,
            state_since=NOW,
            infrastructure_id=infrastructure_id(name).replace(name, f"{name}-{id[-5:]}"),
        )
        for name, id in zip(names, ids, strict=True)
    ]
    seen = snapshot(pools=[pool("k8s", type="kubernetes")], active=active)
    return replace(seen, taken_at=NOW), objects


def _given(text: str, name: str, id: str) -> list[Row]:
    """Objects of a recorded run, given to another: with its id, and with names and uids of their own."""
    rows: list[Row] = json.loads(text.replace(run_id(name), id).replace(name, f"{name}-{id[-5:]}"))
    for row in rows:
        metadata = row["metadata"]
        metadata["uid"] = f"{metadata['uid'][:-5]}{id[-5:]}"
    return rows
