"""What the server keeps in the memory of one process: gone with it, and unknown to its other processes."""

from collections.abc import Mapping

from lifeguard.facts import Limit
from lifeguard.findings import Finding
from lifeguard.review.desk import ON_THE_SERVER, Desk, put, risky
from lifeguard.settings import variable

_LEASES = "server.concurrency.lease_storage"
FILES = "prefect.server.concurrency.lease_storage.filesystem"
IN_REDIS: Mapping[str, str] = {
    "server.docket.url": "redis://HOST:6379/0",
    "server.events.messaging_broker": "prefect_redis.messaging",
    "server.events.messaging_cache": "prefect_redis.messaging",
    "server.events.causal_ordering": "prefect_redis.ordering",
    _LEASES: "prefect_redis.lease_storage",
}
"""What Prefect's documentation of servers with several processes sets (self-hosted, with prefect-redis installed)."""

UNKNOWN_TO_OTHERS: Mapping[str, str] = {
    "server.docket.url": "its background tasks",
    "server.events.messaging_broker": "the events that it received",
    "server.events.messaging_cache": "which events were handled",
    "server.events.causal_ordering": "the order of events",
}


def leases_in_memory(desk: Desk) -> list[Finding]:
    """Only where there is a limit that gives out leases: rates (slots that decay) give out none."""
    value, leased = desk.told.text(_LEASES), [each for each in desk.scene.snapshot.limits if _leases(each)]
    if not _is_local(desk, value) or not leased:
        return []
    redis = f"{variable(_LEASES)}={IN_REDIS[_LEASES]} (with prefect-redis)"
    steps: tuple[str, ...] = (f"{ON_THE_SERVER}: {redis}",)
    if _shares(desk):
        title = (
            f"Each process of the server keeps the leases of {_limits(leased)} for itself: the others do not know them"
        )
    else:
        title = (
            f"The leases of {_limits(leased)} are kept in the server's memory: after a restart running runs are ended that "
            "held one, and slots stay taken that nobody holds"
        )
        steps = (put(ON_THE_SERVER, _LEASES, FILES), f"Or, for a server of several processes: {redis}")
    return [risky(_LEASES, value, title, steps, limits=len(leased), server_processes=_processes(desk))]


def _leases(limit: Limit) -> bool:
    return limit.is_active and not limit.slot_decay_per_second


def _limits(leased: list[Limit]) -> str:
    return "1 concurrency limit" if len(leased) == 1 else f"{len(leased)} concurrency limits"


def parts_in_memory(desk: Desk) -> list[Finding]:
    """Of a server with several processes: one that shares some part through Redis, or is said to have them."""
    if not _shares(desk):
        return []
    return [_part(desk, path, what) for path, what in UNKNOWN_TO_OTHERS.items() if _is_in_memory(desk.told.text(path))]


def _part(desk: Desk, path: str, what: str) -> Finding:
    value, processes = desk.told.text(path), _processes(desk)
    why = f"is one of {processes}" if processes and processes > 1 else "shares other parts through Redis"
    title = f"A process of the server that {why} keeps {what} in its own memory, where the others do not see it"
    shared = ", ".join(each for each in IN_REDIS if _is_in_redis(desk.told.text(each)))
    step = f"{put(ON_THE_SERVER, path, IN_REDIS[path])} (with prefect-redis)"
    return risky(path, value, title, (step,), in_redis=shared or None, server_processes=processes)


def _shares(desk: Desk) -> bool:
    return (_processes(desk) or 1) > 1 or any(_is_in_redis(desk.told.text(path)) for path in IN_REDIS)


def _processes(desk: Desk) -> int | None:
    return desk.scene.policy.server_processes


def _is_local(desk: Desk, value: str) -> bool:
    """Files are a place of their own only for a server of one process."""
    return _is_in_memory(value) or (value == FILES and _shares(desk))


def _is_in_memory(value: str) -> bool:
    return value.endswith(".memory") or value.startswith("memory:")


def _is_in_redis(value: str) -> bool:
    return "redis" in value.partition(":")[0]
