"""Desks for tests of the rules: Prefect's own defaults, one live worker, no limit; a test states its deviation only."""

from collections.abc import Mapping
from typing import Any

from lifeguard.findings import Finding
from lifeguard.review.desk import Desk
from lifeguard.review.known import OWN, SERVER
from lifeguard.review.rules import review
from lifeguard.settings import OwnSettings, Settings
from lifeguard.snapshot import Snapshot
from tests import builders as b

SERVICES = "server.services."


def desk(
    deviations: Mapping[str, Any] | None = None,
    *,
    seen: Snapshot | None = None,
    here: Mapping[str, Any] | None = None,
    deployments: Mapping[str, int] | None = None,
    host: str = "prefect.example.com",
    **more: Any,
) -> Desk:
    """Nothing of it is risky: the process retries 500, and the UI's address is that of the API."""
    usual = {**SERVER, "server.ui.api_url": "https://prefect.example.com/api"}
    policy = more.pop("policy", {})
    own = OwnSettings(Settings({**OWN, "client.retry_extra_codes": [500], **(here or {})}), api_host=host, **more)
    return Desk(b.scene(seen, b.policy(**policy)), Settings({**usual, **(deviations or {})}), own, deployments or {})


def found(deviations: Mapping[str, Any] | None = None, **more: Any) -> dict[str, str]:
    """What is risky: the setting's path, and the sentence."""
    return {finding.resource.id: finding.title for finding in review(desk(deviations, **more))}


def the(deviations: Mapping[str, Any] | None = None, **more: Any) -> Finding:
    """The only finding."""
    (finding,) = review(desk(deviations, **more))
    return finding
