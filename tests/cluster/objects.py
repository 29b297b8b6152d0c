"""The recorded objects of the cluster as JSON, for the small API server, and given to runs of a test's own."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lifeguard.cluster import RUN_LABEL

RECORDED = Path(__file__).parent / "recorded"
KINDS = ("pods", "jobs", "events", "deployments", "nodes", "resourcequotas")

Row = dict[str, Any]


def recorded_rows(kind: str) -> list[Row]:
    """The objects of one recorded list, `pods.earlier` too."""
    rows: list[Row] = json.loads((RECORDED / f"{kind}.json").read_text())["items"]
    return rows


def recorded_objects(runs: Mapping[str, str] | None = None) -> dict[str, list[Mapping[str, Any]]]:
    """Every recorded list by its kind. `runs` gives what was recorded of a run, by its name, to a run with another id."""
    text = json.dumps({kind: recorded_rows(kind) for kind in KINDS})
    for name, id in (runs or {}).items():
        text = text.replace(run_id(name), id)
    objects: dict[str, list[Mapping[str, Any]]] = json.loads(text)
    return objects


@cache
def run_id(name: str) -> str:
    """The recorded id of a run, by the beginning of its Job's or pod's name: `run-toobig`, `mounterr`."""
    for row in [*recorded_rows("jobs"), *recorded_rows("pods")]:
        if _is_of(row, name) and RUN_LABEL in row["metadata"]["labels"]:
            return row["metadata"]["labels"][RUN_LABEL]
    raise LookupError(f"no recorded run {name!r}")


@cache
def infrastructure_id(name: str) -> str:
    """What Prefect keeps of the Job of a recorded run: `namespace:job`."""
    metadata = next(row["metadata"] for row in recorded_rows("jobs") if _is_of(row, name))
    return f"{metadata['namespace']}:{metadata['name']}"


def _is_of(row: Row, name: str) -> bool:
    own: str = row["metadata"].get("generateName") or row["metadata"]["name"]
    return own in (name, f"{name}-") or row["metadata"].get("labels", {}).get("job-name", "").startswith(f"{name}-")


def only_of(rows: Sequence[Row], *names: str) -> list[Row]:
    """The objects of some recorded runs alone, by the beginning of their names; events by what they are about."""
    return [row for row in rows if any(_about(row).startswith(name) for name in names)]


def _about(row: Row) -> str:
    name: str = row.get("involvedObject", row["metadata"])["name"]
    return name
