"""Addresses that work from one machine only."""

from urllib.parse import urlsplit

from lifeguard.findings import Finding
from lifeguard.review.desk import HERE, ON_THE_SERVER, Desk, put, risky, risky_here
from lifeguard.settings import LOOPBACK, UNREACHABLE

STARTED_ELSEWHERE = frozenset(
    {"kubernetes", "ecs", "cloud-run", "cloud-run-v2", "vertex-ai", "azure-container-instance"}
)
"""Types of pools whose workers start containers on other machines; docker's exchange the address themselves."""


def ui_asks_elsewhere(desk: Desk) -> list[Finding]:
    """The UI runs in the browser, which asks this address of its own machine."""
    path, own = "server.ui.api_url", desk.own
    host, port = _place(desk.told.text(path))
    is_far = own.api_host not in LOOPBACK and host in LOOPBACK
    is_elsewhere = own.api_host in LOOPBACK and host in LOOPBACK and port != own.api_port
    if desk.told.is_off("server.ui.enabled") or not (host == UNREACHABLE or is_far or is_elsewhere):
        return []
    title = (
        f"Prefect's UI asks the browser's own machine for the API ({host}:{port}), which is at {own.api_host}:{own.api_port}: "
        "it shows nothing, or another server"
    )
    step = put(ON_THE_SERVER, path, "the address of the API as browsers reach it")
    return [risky(path, desk.told.text(path), title, (step,), api_host=own.api_host)]


def api_of_this_machine(desk: Desk) -> list[Finding]:
    """A worker hands the address it uses to the containers that it starts, where 127.0.0.1 is the container itself."""
    path, host = "api.url", desk.own.api_host
    far = [pool for pool in desk.scene.snapshot.pools if pool.type in STARTED_ELSEWHERE]
    steps = (put(HERE, path, "http://HOST:4200/api"),)
    if host == UNREACHABLE:
        title = (
            "This process finds the API at 0.0.0.0, which is an address to listen at: from another machine it is none"
        )
        return [risky_here(path, host, title, steps)]
    if host not in LOOPBACK or not far:
        return []
    title = (
        f"A worker that is set like this process tells its runs that the API is at {host}, which in the containers of work "
        f"pool '{far[0].name}' ({far[0].type}) is the container itself"
    )
    return [risky_here(path, host, title, steps, work_pool=far[0].name, pools=len(far))]


def _place(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None
