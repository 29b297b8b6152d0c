"""`lifeguard page --test` as a person runs it: it is green only when the message was really sent."""

from collections.abc import Generator

import pytest
from prefect.blocks.notifications import MattermostWebhook
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from blocks.pager import Pager
from lifeguard.page import pagers
from tests.commands.command_line import Ended, lifeguard
from tests.page.arming import arm, pager
from tests.page.receiver import Receiver, receiver, webhook
from tests.patience import patient_client
from tests.prefect_server import PrefectServer, free_port

TOKEN = "hunter2-and-more"


@pytest.fixture
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


@pytest.fixture
def oncall(server: PrefectServer, phones: Receiver) -> Generator[str, None, None]:
    """A pager `oncall` that works and is armed; it and all rules are gone afterwards."""
    with webhook(server.api_url, phones.port, "oncall") as reference:
        Pager(notification=reference).save("oncall")
        arm(server.api_url, pager("oncall"))
        yield "oncall"
        arm(server.api_url)
        Pager.delete("oncall")


@pytest.fixture
def broken(server: PrefectServer, oncall: str) -> Generator[str, None, None]:
    """One more pager, whose messages nobody takes."""
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        block = MattermostWebhook(
            hostname="127.0.0.1", port=free_port(), token=SecretStr(TOKEN), secure=False, channels=None
        )
        block.save("broken")
        Pager(notification="mattermost-webhook/broken").save("broken")
        arm(server.api_url, pager("oncall"), pagers.Pager("broken", "mattermost-webhook/broken"))
        yield "broken"
        Pager.delete("broken")
        MattermostWebhook.delete("broken")


def run(server: PrefectServer, *arguments: str) -> Ended:
    return lifeguard(*arguments, api_url=server.api_url)


def test_a_message_that_was_sent_is_told_and_green(server: PrefectServer, phones: Receiver, oncall: str) -> None:
    ended = run(server, "page", "--test")
    assert (ended.status, ended.out, ended.err) == (
        0,
        "oncall: the server sent it through custom-webhook/oncall.\n",
        "",
    )
    assert phones.subjects("oncall") == ["CRITICAL: This is a test of the pager oncall: nothing is wrong"]


def test_a_message_that_could_not_be_sent_is_a_complaint_without_secrets(
    server: PrefectServer, phones: Receiver, broken: str
) -> None:
    ended = run(server, "page", "--test")
    assert (ended.status, ended.out) == (2, "oncall: the server sent it through custom-webhook/oncall.\n")
    assert ended.sentences == [
        "broken: the server could not send it through mattermost-webhook/broken (Notification failed); mend that block "
        "in the Prefect UI under Blocks."
    ]
    assert TOKEN not in ended.out + ended.err


def test_a_rule_that_is_switched_off_is_no_green(server: PrefectServer, phones: Receiver, oncall: str) -> None:
    with patient_client(server.api_url) as http:
        for rule in http.get("/automations/related-to/lifeguard.pagers").json():
            http.patch(f"/automations/{rule['id']}", json={"enabled": False}).raise_for_status()
    ended = run(server, "page", "--test", "--pager", "oncall")
    assert (ended.status, phones.at("oncall")) == (2, [])
    assert ended.sentences == [
        "oncall: its rule is switched off, and nothing was sent: switch it on in the Prefect UI under Automations."
    ]


def test_a_pager_that_is_not_armed_is_no_green(server: PrefectServer, phones: Receiver, oncall: str) -> None:
    arm(server.api_url)
    ended = run(server, "page", "--test")
    assert (ended.status, phones.at("oncall")) == (2, [])
    assert ended.sentences == ["oncall: it is not armed, and nothing was sent: run `lifeguard arm`."]


def test_a_pager_that_does_not_exist_is_refused_with_those_that_do(server: PrefectServer, oncall: str) -> None:
    ended = run(server, "page", "--test", "--pager", "nobody")
    assert (ended.status, ended.sentences) == (2, ["There is no pager 'nobody': there is oncall."])
