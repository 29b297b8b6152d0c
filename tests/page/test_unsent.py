"""A message that the server could not send is told to the other pagers, on a real server."""

from collections.abc import Generator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from prefect.blocks.notifications import MattermostWebhook
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from lifeguard.page.events import Event
from lifeguard.page.pagers import Pager
from tests.page.arming import arm, pager, post
from tests.page.receiver import receiver, webhook
from tests.prefect_server import PrefectServer, free_port

TOKEN = "hunter2-and-more"
BROKEN = Pager("broken", "mattermost-webhook/broken")


@pytest.fixture
def broken(either_server: PrefectServer) -> Generator[Pager, None, None]:
    """A pager whose messages nobody takes; all rules are gone afterwards."""
    with temporary_settings({PREFECT_API_URL: either_server.api_url}):
        block = MattermostWebhook(
            hostname="127.0.0.1", port=free_port(), token=SecretStr(TOKEN), secure=False, channels=None
        )
        block.save("broken", overwrite=True)
        yield BROKEN
        arm(either_server.api_url)
        MattermostWebhook.delete("broken")


def incident(pager: str) -> Event:
    """One that this pager is to hear of."""
    labels = {"lifeguard.severity": "critical", f"lifeguard.pager.{pager}": "page"}
    return {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "lifeguard.incident.opened",
        "resource": {"prefect.resource.id": "lifeguard.incident.x", **labels},
        "related": [],
        "payload": {"kind": "opened", "severity": "critical", "title": "something"},
    }


def test_another_pager_hears_of_it_and_reads_no_secret(either_server: PrefectServer, broken: Pager) -> None:
    with receiver() as phones, webhook(either_server.api_url, phones.port, "phone"):
        arm(either_server.api_url, pager("phone"), broken)
        post(either_server.api_url, incident("broken"))
        message = phones.wait("phone")[0]
    failed, *rest = message["body"].splitlines()
    assert (message["subject"], rest) == (
        "WARNING: a message of Lifeguard could not be sent",
        ["Next: lifeguard page --test"],
    )
    assert failed.startswith("The rule 'lifeguard: page critical [broken]' failed at ")
    assert failed.endswith(" UTC (Notification failed).")
