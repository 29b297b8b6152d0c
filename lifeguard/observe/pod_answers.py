"""From what Prefect keeps of pods to facts: events of `prefect.kubernetes.pod.*` and lines of the observer's log."""

from lifeguard.facts import as_utc
from lifeguard.observe.events import EventRow
from lifeguard.observe.paging import Row
from lifeguard.pods import OBSERVER_LOGGER, POD_EVENTS, ObserverLine, PodEvent

OF_RUN = "prefect.flow-run."
OF_POD = "prefect.kubernetes.pod."


def pod_event(row: EventRow) -> PodEvent | None:
    """One event; None for one that names no run. Its time is when the server received it: see `PodEvent`."""
    runs = [each["prefect.resource.id"] for each in row["related"] if each.get("prefect.resource.role") == "flow-run"]
    received, labels = as_utc(row["received"]), row["resource"]
    if not runs or received is None:
        return None
    return PodEvent(
        run_id=runs[0].removeprefix(OF_RUN),
        phase=row["event"].removeprefix(POD_EVENTS),
        received=received,
        pod_uid=labels["prefect.resource.id"].removeprefix(OF_POD),
        pod_name=labels.get("prefect.resource.name") or "",
        namespace=labels.get("kubernetes.namespace") or "",
        diagnosis=labels.get("kubernetes.diagnosis"),
        reason=labels.get("kubernetes.reason"),
    )


def observer_line(row: Row) -> ObserverLine | None:
    """One line; None for one that somebody else wrote."""
    at = as_utc(row["timestamp"])
    if row["name"] != OBSERVER_LOGGER or at is None:
        return None
    return ObserverLine(row["flow_run_id"], at, row["message"])
