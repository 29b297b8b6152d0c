"""What was recorded of runs in Kubernetes, played to a server as it was said, in its order and with new ids and times."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from tests.estate import Estate

RECORDED = Path(__file__).parent / "recorded"
RECORDED_UNTIL = datetime(2026, 11, 22, 1, 36, 40, tzinfo=UTC)
Row = Mapping[str, Any]


def recorded(name: str) -> list[Row]:
    """The rows of one file."""
    kept: Any = json.loads((RECORDED / f"prefect.{name}.json").read_text())
    return kept["events"] if name == "pod-events" else kept


def lines_of(run_name: str) -> list[str]:
    """What the observer wrote of a run, by time."""
    id = next(row["id"] for row in recorded("flow-runs") if row["name"] == run_name)
    return [row["message"] for row in recorded("observer-logs") if row["flow_run_id"] == id]


def message_of(run_name: str) -> str:
    """The message of a run's last state."""
    return next(row["state"]["message"] for row in recorded("flow-runs") if row["name"] == run_name)


def seconds_before_the_end(time: str) -> float:
    """How long before the end of the recording it was."""
    return (RECORDED_UNTIL - datetime.fromisoformat(time)).total_seconds()


def play(estate: Estate) -> dict[str, str]:
    """Make the runs, and say of them what was said; the ids of the runs by their names."""
    runs = {row["id"]: _run(estate, row) for row in recorded("flow-runs")}
    for _, row in sorted([*_timed("pod-events", "received"), *_timed("observer-logs", "timestamp")], key=itemgetter(0)):
        _say(estate, runs, row)
    for run, number in Counter(map(_run_of, recorded("pod-events"))).items():
        estate.wait_for_pod_events(runs[run], number)
    for row in recorded("flow-runs"):
        _end(estate, runs[row["id"]], row["state"])
    return {row["name"]: runs[row["id"]] for row in recorded("flow-runs")}


def _run(estate: Estate, row: Row) -> str:
    """Its own deployment, its own Job, and the state in which it waited."""
    pool = row["labels"]["prefect.work-pool.name"]
    deployment = estate.deployment(row["name"].removeprefix("run-"), pool)
    run = estate.pending_run(
        deployment, seconds_before_the_end(row["expected_start_time"]) / 60, "ann", name=row["name"]
    )
    if row["infrastructure_pid"]:
        estate.submit(run, row["infrastructure_pid"])
    if any(state["name"] == "InfrastructurePending" for state in row["state_history"]):
        estate.infrastructure_pending(run)
    return run


def _timed(name: str, time: str) -> list[tuple[str, Row]]:
    return [(row[time], row) for row in recorded(name)]


def _say(estate: Estate, runs: Mapping[str, str], event: Row) -> None:
    """An event is received now, and a line written now: the states of runs cannot be set back either."""
    if "message" in event:
        estate.observe(runs[event["flow_run_id"]], event["message"], level=event["level"])
        return
    resource = event["resource"]
    estate.pod_event(
        runs[_run_of(event)],
        event["event"].rpartition(".")[2],
        resource["prefect.resource.name"],
        seconds_before_the_end(event["occurred"]),
        **{
            name.removeprefix("kubernetes."): label
            for name, label in resource.items()
            if name.startswith("kubernetes.")
        },
    )


def _run_of(event: Row) -> str:
    return event["related"][0]["prefect.resource.id"].removeprefix("prefect.flow-run.")


def _end(estate: Estate, run: str, state: Row) -> None:
    if state["type"] == "CRASHED":
        estate.crash(run, state["message"])
    if state["type"] == "COMPLETED":
        estate.complete(estate.start(run))
