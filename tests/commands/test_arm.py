"""`lifeguard arm` and `disarm` as a person runs them, on a real server."""

from collections.abc import Generator

import anyio
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.pager import Pager
from lifeguard.findings import Severity
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.page import pagers
from lifeguard.page.stored_pagers import read_pagers
from lifeguard.policy import Policy
from tests.commands.command_line import Ended, lifeguard
from tests.page.arming import arm
from tests.page.receiver import webhook
from tests.patience import ask
from tests.prefect_server import PrefectServer

NOBODY_LISTENS = 9
RULES = [
    "lifeguard: no patrol has completed",
    "lifeguard: page again while patrols stay away [oncall]",
    "lifeguard: page critical [oncall]",
    "lifeguard: page warning [oncall]",
    "lifeguard: page when a pool loses its last worker [oncall]",
    "lifeguard: page when patrols stop [oncall]",
    "lifeguard: patrols have stopped",
    "lifeguard: say when patrols are back [oncall]",
]


@pytest.fixture
def oncall(server: PrefectServer) -> Generator[str, None, None]:
    """A notification block; pagers and rules are gone afterwards."""
    with webhook(server.api_url, NOBODY_LISTENS, "oncall") as reference:
        yield reference
        arm(server.api_url)
        for each in saved(server):
            Pager.delete(each.name)


def run(server: PrefectServer, *arguments: str) -> Ended:
    return lifeguard(*arguments, api_url=server.api_url)


def rules(server: PrefectServer) -> list[str]:
    found = ask(server.api_url, "POST", "automations/filter", {})
    return sorted(each["name"] for each in found if each["name"].startswith("lifeguard: "))


def saved(server: PrefectServer) -> list[pagers.Pager]:
    async def once() -> list[pagers.Pager]:
        async with Api(Connection(server.api_url), Policy()) as api:
            return await read_pagers(api)

    return anyio.run(once)


def test_arming_twice_creates_once_and_disarming_removes_all_but_the_pager(server: PrefectServer, oncall: str) -> None:
    first = run(server, "arm", "--pager", oncall)
    assert (first.status, first.err) == (0, "")
    assert sorted(first.out.splitlines()) == sorted(
        [*(f"created    {rule}" for rule in RULES), f"{server.api_url} pages through oncall."]
    )
    assert rules(server) == RULES
    again = run(server, "arm")
    assert again.out.splitlines()[-1] == f"Nothing is to do: {server.api_url} pages through oncall."
    assert {line.split()[0] for line in again.out.splitlines()[:-1]} == {"unchanged"}
    gone = run(server, "disarm")
    assert (gone.status, rules(server), len(gone.out.splitlines())) == (0, [], len(RULES) + 1)
    assert saved(server) == [pagers.Pager("oncall", oncall)]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(server: PrefectServer, oncall: str) -> None:
    dry = run(server, "arm", "--pager", oncall, "--dry-run")
    assert (dry.status, rules(server), saved(server)) == (0, [], [])
    assert sorted(dry.out.splitlines()) == sorted(
        [
            *(f"to create  {rule}" for rule in RULES),
            f"Nothing was changed on {server.api_url}: 8 to create, 0 to update, 0 to remove.",
        ]
    )


def test_a_pager_keeps_what_was_chosen_for_it(server: PrefectServer, oncall: str) -> None:
    Pager(notification=oncall, severities=["critical"], pools=["etl-*"]).save("oncall")
    assert run(server, "arm", "--pager", oncall).status == 0
    assert saved(server) == [pagers.Pager("oncall", oncall, frozenset({Severity.CRITICAL}), ("etl-*",))]
    assert "lifeguard: page warning [oncall]" not in rules(server)


def test_nobody_to_page_is_refused_with_the_way_out(server: PrefectServer) -> None:
    ended = run(server, "arm")
    assert (ended.status, ended.out, ended.sentences) == (
        2,
        "",
        [
            f"No pager is saved on {server.api_url}: name a notification block that `prefect block ls` shows, as in "
            "`lifeguard arm --pager slack-webhook/oncall`."
        ],
    )


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        (
            "slack-webhook/nobody",
            "The pager nobody names the notification block slack-webhook/nobody, which does not exist: `prefect block ls` "
            "shows those that do, and the Prefect UI makes one under Blocks.",
        ),
        (
            "oncall",
            "'oncall' names no notification block: give TYPE/NAME as `prefect block ls` shows them, such as "
            "slack-webhook/oncall.",
        ),
    ],
)
def test_a_block_that_cannot_be_found_is_refused_and_nothing_is_saved(
    server: PrefectServer, reference: str, sentence: str
) -> None:
    ended = run(server, "arm", "--pager", reference)
    assert (ended.status, ended.out, ended.sentences) == (2, "", [sentence])
    assert (rules(server), saved(server)) == ([], [])


def test_a_server_that_cannot_be_reached_is_one_sentence() -> None:
    ended = lifeguard("arm", api_url="http://127.0.0.1:9/api")
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)


def test_a_pager_that_holds_nonsense_is_named(server: PrefectServer, oncall: str) -> None:
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        document = Pager(notification=oncall).save("broken")
    ask(server.api_url, "PATCH", f"block_documents/{document}", {"data": {"notification": "x"}})
    ended = run(server, "arm")
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        Pager.delete("broken")
    assert (ended.status, ended.sentences) == (
        2,
        [
            "The block pager/broken on the server cannot be used (notification: it should be TYPE/NAME as `prefect block "
            "ls` shows them, such as slack-webhook/oncall): mend it in the Prefect UI under Blocks, or remove it with "
            "`prefect block delete pager/broken`."
        ],
    )
