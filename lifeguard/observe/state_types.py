"""Filters of runs by the types of their states, such as a server finds quickly."""

from collections.abc import Collection, Mapping
from typing import Any

STATE_TYPES = (
    "SCHEDULED",
    "PENDING",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "CANCELLED",
    "CRASHED",
    "PAUSED",
    "CANCELLING",
)
"""All that there are (`prefect.client.schemas.objects.StateType`, 3.8.8 and 3.9.1)."""


def in_types(types: Collection[str]) -> Mapping[str, Any]:
    """The filter `state.type` of states of these types.

    SCHEDULED alone is told by what it is not: SQLite would else take the index of types, and go through each of 50,000 runs
    that wait, rather than that of the times at which they are to start: 83 ms instead of 6 for the runs of a minute (3.9.1).
    """
    if list(types) == ["SCHEDULED"]:
        return {"not_any_": [each for each in STATE_TYPES if each != "SCHEDULED"]}
    return {"any_": list(types)}


WAITING: Mapping[str, Any] = {"type": in_types(["SCHEDULED"])}
"""The filter `state` of runs that nobody has claimed, to be asked by when they are to start."""
