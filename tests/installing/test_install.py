"""An installation on a real server: put up, looked over, and taken back, as a person does it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_URL, temporary_settings

from lifeguard.commands.install import run_install
from lifeguard.commands.uninstall import run_uninstall
from lifeguard.configuration import ConfigurationError
from lifeguard.installing.health import Part
from lifeguard.installing.look_over import look_over
from lifeguard.installing.project import read_project
from lifeguard.installing.survey import Wish
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from tests import remembering
from tests.commands.command_line import Ended, lifeguard
from tests.estate import PATIENT, Estate
from tests.installing.picture import picture
from tests.page.receiver import webhook
from tests.patience import ask
from tests.prefect_server import PrefectServer

POOL = 'it\'s "ours" 🚨'
PAGER, ADDRESS = "custom-webhook/oncall", "secret/history-url"
NOBODY_LISTENS = 9


@pytest.fixture
def prepared(either_server: PrefectServer, tmp_path: Path) -> Generator[PrefectServer, None, None]:
    """A server with a notification block and a secret that names a database, as somebody has them before."""
    with webhook(either_server.api_url, NOBODY_LISTENS, "oncall"), temporary_settings(api(either_server)):
        Secret(value=f"sqlite:///{tmp_path}/history.db").save("history-url")  # type: ignore[arg-type]
        yield either_server
        run_uninstall(dry_run=False, yes=True)
        Secret.delete("history-url")


def api(server: PrefectServer) -> dict[Any, str]:
    return {PREFECT_API_URL: server.api_url}


def install(server: PrefectServer) -> Ended:
    """As a person does it, in a process of its own, which takes seconds to begin."""
    named = ("--pager", PAGER, "--database-block", ADDRESS)
    return lifeguard("install", "--pool", POOL, *named, api_url=server.api_url, **remembering.PATIENT)


def told(server: PrefectServer, capsys: pytest.CaptureFixture[str], *, dry_run: bool) -> list[str]:
    """What installing again says, in this process."""
    capsys.readouterr()
    with temporary_settings(api(server)):
        assert run_install(POOL, None, PAGER, ADDRESS, dry_run=dry_run) == 0
    return capsys.readouterr().out.splitlines()


def parts(server: PrefectServer, tmp_path: Path) -> dict[str, Part]:
    async def once() -> dict[str, Part]:
        async with Api(Connection(server.api_url), PATIENT) as asked:
            health = await look_over(asked, (), read_project({}), {}, tmp_path)
            return {each.name: each for each in health.parts}

    return anyio.run(once)


def not_well(server: PrefectServer, tmp_path: Path) -> dict[str, str]:
    return {name: each.says for name, each in parts(server, tmp_path).items() if each.well is not True}


@contextmanager
def changed(server: PrefectServer, path: str, **columns: Any) -> Generator[None, None, None]:
    """Something is another for a while; None means that it is put back by hand."""
    during, after = ({name: values[turn] for name, values in columns.items()} for turn in (0, 1))
    ask(server.api_url, "PATCH", path, during)
    yield
    ask(server.api_url, "PATCH", path, after)


def verbs(lines: list[str]) -> set[str]:
    return {line.split()[0] for line in lines if line.split()[0] in ("created", "updated", "unchanged")}


@pytest.mark.timeout(300)
def test_it_is_installed_looked_over_and_taken_back(
    prepared: PrefectServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = picture(prepared.api_url, "patrol")
    is_installed_and_stays_so(prepared, capsys)
    is_well_with_a_worker_and_says_what_is_not(prepared, tmp_path)
    sees_what_was_changed(prepared, capsys)
    gone = lifeguard("uninstall", "--yes", api_url=prepared.api_url)
    assert (gone.status, gone.out.splitlines()[-1]) == (
        0,
        f"Lifeguard is gone from {prepared.api_url}; the history, past runs and artifacts stay.",
    )
    assert picture(prepared.api_url, "patrol") == before


def is_installed_and_stays_so(server: PrefectServer, capsys: pytest.CaptureFixture[str]) -> None:
    before = picture(server.api_url)
    planned = told(server, capsys, dry_run=True)
    assert picture(server.api_url) == before
    first = install(server)
    done = first.out.splitlines()
    assert (first.status, verbs(done)) == (0, {"created"}), first.err
    assert done[-1].startswith("The first patrol completed and found")
    assert done[-2].startswith("The overview in the Prefect UI: ")
    assert [line.removeprefix("to create  ") for line in planned[:-1]] == [
        line.removeprefix("created    ") for line in done[:-3]
    ]
    installed = picture(server.api_url)
    assert {row["work_pool_name"] for row in installed["deployments"]} == {POOL}
    again = told(server, capsys, dry_run=False)
    assert (verbs(again), again[-1]) == (
        {"unchanged"},
        f"Nothing is to do: Lifeguard is installed on {server.api_url}.",
    )
    assert picture(server.api_url) == installed


def is_well_with_a_worker_and_says_what_is_not(server: PrefectServer, tmp_path: Path) -> None:
    assert not_well(server, tmp_path) == {"work pool": f"no worker of {POOL!r} is alive"}
    with Estate(server.api_url) as estate:
        estate.worker(POOL)
    assert not_well(server, tmp_path) == {}
    rows = picture(server.api_url)
    rule = next(row for row in rows["automations"] if row["name"] == "lifeguard: page critical [oncall]")
    patrol = next(row for row in rows["deployments"] if row["name"] == "patrol")
    address = next(row for row in rows["block_documents"] if row["name"] == "lifeguard")
    schedule = patrol["schedules"][0]["id"]
    with (
        changed(server, f"work_pools/{quote(POOL)}", is_paused=(True, False)),
        changed(server, f"automations/{rule['id']}", enabled=(False, True)),
        changed(server, f"deployments/{patrol['id']}/schedules/{schedule}", active=(False, True)),
        changed(
            server,
            f"block_documents/{address['id']}",
            data=({"url": "mysql://x"}, {"url": f"sqlite:///{tmp_path}/history.db"}),
        ),
    ):
        assert not_well(server, tmp_path) == {
            "deployments": "a schedule of patrol/patrol is switched off",
            "work pool": f"{POOL!r} is paused",
            "automations": "lifeguard: page critical [oncall] is switched off",
            "database": "The address of the history in the block history-database/lifeguard begins with mysql://: give "
            "postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///PATH",
        }


def sees_what_was_changed(server: PrefectServer, capsys: pytest.CaptureFixture[str]) -> None:
    prune = next(row for row in picture(server.api_url)["deployments"] if row["name"] == "prune_history")
    with changed(server, f"deployments/{prune['id']}", parameters=({"dry_run": True}, {"dry_run": False})):
        planned = told(server, capsys, dry_run=True)
    assert "to update  deployment prune_history/prune_history (parameters)" in planned


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (
            Wish("a/b"),
            "'a/b' cannot be the name of a work pool: Prefect forbids / % & < > in names; give another --pool.",
        ),
        (Wish(" "), "' ' cannot be the name of a work pool: it is empty; give another --pool."),
        (
            Wish("p", type="proces"),
            "'proces' is no type of work pool that this server knows; did you mean process?",
        ),
        (
            Wish("p", type="ecs:push"),
            "Only Prefect Cloud runs work pools of the type ecs:push: give --type process, or leave --type out.",
        ),
        (
            Wish("p", pager="slack-webhook/nobody"),
            "The pager nobody names the notification block slack-webhook/nobody, which does not exist: `prefect block ls` "
            "shows those that do, and the Prefect UI makes one under Blocks.",
        ),
        (
            Wish("p", database_block="secret/nobody"),
            "There is no block secret/nobody: `prefect block ls` shows those that there are, and `prefect block create "
            "secret` says where to make one.",
        ),
        (
            Wish("p", database_block="postgresql://me:secret@db/x"),
            "--database-block takes the name of a block that holds the address, and not an address: give secret/NAME or "
            "history-database/NAME as `prefect block ls` shows them.",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    server: PrefectServer, wish: Wish, sentence: str
) -> None:
    before = picture(server.api_url)
    with temporary_settings(api(server)), pytest.raises(ConfigurationError) as refused:
        run_install(wish.pool, wish.type, wish.pager, wish.database_block, dry_run=False)
    assert (str(refused.value), picture(server.api_url)) == (sentence, before)


def test_a_server_that_is_away_is_one_sentence() -> None:
    away = lifeguard("install", "--pool", "p", api_url=f"http://127.0.0.1:{NOBODY_LISTENS}/api")
    assert (away.status, away.out, away.sentences) == (
        2,
        "",
        [
            f"http://127.0.0.1:{NOBODY_LISTENS}/api did not do what was asked (the connection was refused): mend that and run "
            "this again; it goes on where it ended."
        ],
    )


def test_what_was_never_installed_is_not_taken_back(server: PrefectServer) -> None:
    before = picture(server.api_url)
    gone = lifeguard("uninstall", "--yes", api_url=server.api_url)
    assert (gone.status, gone.out.splitlines()) == (
        0,
        [f"Nothing is to do: `lifeguard install` has made nothing on {server.api_url}."],
    )
    assert picture(server.api_url) == before
    looked = lifeguard("status", "--format", "json", api_url=server.api_url)
    assert (looked.status, looked.json["well"], [each["name"] for each in looked.json["parts"]]) == (
        1,
        False,
        ["deployments", "work pool", "automations", "blocks", "database", "last patrol"],
    )
