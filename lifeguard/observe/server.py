"""The server itself: is it there, is its database there, which version is it, and what are its own thresholds?"""

from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import Any

from lifeguard.configuration import ConfigurationError
from lifeguard.facts import Server, ServerSettings, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed
from lifeguard.snapshot import SERVER_SETTINGS, Missing, Snapshot

CLOUD_LACKS = (
    Missing("server readiness", "Prefect Cloud has no /ready endpoint", essential=False),
    Missing("server version", "Prefect Cloud has no /admin/version endpoint", essential=False),
    Missing(
        SERVER_SETTINGS,
        "Prefect Cloud has no /admin/settings endpoint; Prefect's defaults are assumed",
        essential=False,
    ),
)


async def reach_server(api: Api, now: datetime) -> Snapshot:
    """Begin the look: `now` is the local clock, and the snapshot's time is the server's.

    Raises `ConfigurationError` when what answers is no Prefect API, or does not let us in.
    """
    server = Server(api.connection.shown_url, api.connection.ui_url, "cloud" if api.connection.is_cloud else "server")
    server = await _knock(api, server)
    skew = api.clock_skew_seconds or 0.0
    snapshot = Snapshot(replace(server, clock_skew_seconds=skew), now + seconds(skew))
    if server.is_cloud:
        return replace(snapshot, missing=CLOUD_LACKS)
    return await _ask_about_itself(api, snapshot) if server.ready else snapshot


async def _knock(api: Api, server: Server) -> Server:
    """`/health` is a constant; only `/ready` touches the database (503 when it is away). Cloud has neither."""
    began = perf_counter()
    try:
        await (api.post("work_pools/filter", {"limit": 1}) if server.is_cloud else api.get("ready", retry=False))
        return replace(server, ready=None if server.is_cloud else True, latency_seconds=perf_counter() - began)
    except CallFailed as failure:
        refuse_if_locked_out(api, failure)
        if failure.is_no_prefect:
            raise not_a_prefect_api(api, failure) from failure
        if failure.status is None:
            return replace(server, reachable=False, not_ready_because=failure.reason)
        return replace(server, ready=False, not_ready_because=failure.reason, latency_seconds=perf_counter() - began)


async def _ask_about_itself(api: Api, snapshot: Snapshot) -> Snapshot:
    version, unversioned = await _ask(api, "admin/version", "server version")
    told, untold = await _ask(api, "admin/settings", SERVER_SETTINGS)
    settings = answers.settings(told) if told else ServerSettings()
    server = replace(snapshot.server, version=version if isinstance(version, str) else None, settings=settings)
    return replace(snapshot, server=server, missing=snapshot.missing + unversioned + untold)


async def _ask(api: Api, path: str, what: str) -> tuple[Any, tuple[Missing, ...]]:
    """Thresholds have Prefect's defaults to fall back on, so their absence is named but costs no verdict.

    Some keep `/admin` from everybody (403), which says nothing of our credentials.
    """
    try:
        return await api.get(path), ()
    except CallFailed as failure:
        if failure.status == 401:
            refuse_if_locked_out(api, failure)
        return None, (Missing(what, failure.reason, essential=False),)


def refuse_if_locked_out(api: Api, failure: CallFailed) -> None:
    """Raise `ConfigurationError` when the API does not accept the credentials, or wants some."""
    if failure.status not in (401, 403):
        return
    shown, setting = (
        api.connection.shown_url,
        "PREFECT_API_KEY" if api.connection.is_cloud else "PREFECT_API_AUTH_STRING",
    )
    what = f"refuses the {setting} it was given" if api.connection.has_credentials else f"wants a {setting}"
    raise ConfigurationError(
        f"{shown} {what} (HTTP {failure.status}): set it with `prefect config set {setting}=...`."
    ) from failure


def not_a_prefect_api(api: Api, failure: CallFailed) -> ConfigurationError:
    """The sentence for an address where something else answers."""
    shown = api.connection.shown_url
    if api.connection.api_url.endswith("/api"):
        way_out = "check the address with `prefect config view`"
    else:
        way_out = f"the address of an API ends in /api: `prefect config set PREFECT_API_URL={shown}/api`"
    return ConfigurationError(f"No Prefect API answers at PREFECT_API_URL {shown} ({failure.reason}); {way_out}.")
