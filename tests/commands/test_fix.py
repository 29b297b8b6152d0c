"""`lifeguard fix` as a person runs it: nothing is changed without --yes, and the status says what is left."""

from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from lifeguard.cli import app
from lifeguard.configuration import ConfigurationError
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.prefect_server import free_port
from tests.remembering import kept

HOSTILE = "it's \u202e `50` {x}"


def fix(estate: Estate, *arguments: str, **environment: str) -> Ended:
    return lifeguard("fix", *arguments, api_url=estate.api_url, **environment)


def pool_id(estate: Estate, name: str) -> str:
    return next(pool.id for pool in estate.look().snapshot.pools if pool.name == name)


def is_paused(estate: Estate, name: str) -> bool:
    return next(pool.is_paused for pool in estate.look().snapshot.pools if pool.name == name)


def test_what_can_be_fixed_is_listed_and_shown_and_nothing_is_changed(estate: Estate) -> None:
    estate.pool(HOSTILE, paused=True)
    fingerprint = f"pool-paused:work-pool:{pool_id(estate, HOSTILE)}"
    listed = fix(estate)
    assert f"  fix        lifeguard fix {fingerprint}\n" in listed.out
    shown = fix(estate, fingerprint)
    assert (shown.status, shown.err) == (0, "")
    assert "  to do      work pool 'it's \\u202e `50` {x}': is_paused from true to false\n" in shown.out
    assert shown.out.splitlines()[-1].endswith(f"To do it: lifeguard fix --yes {fingerprint}")
    assert is_paused(estate, HOSTILE)


def test_with_yes_it_is_done_told_in_json_and_then_there_is_nothing_to_do(estate: Estate, tmp_path: Path) -> None:
    estate.pool("mill", paused=True)
    fingerprint = f"pool-paused:work-pool:{pool_id(estate, 'mill')}"
    url = f"sqlite:///{tmp_path / 'history.db'}"
    done = fix(estate, "--yes", fingerprint, "--format", "json", LIFEGUARD_DATABASE_URL=url)
    assert (done.status, done.err, done.json["held"], done.json["recorded"]) == (0, "", True, True)
    assert [step["fate"] for step in done.json["steps"]] == ["done"]
    again = fix(estate, "--yes", fingerprint)
    assert (again.status, again.out) == (0, f"{fingerprint} is no longer found: nothing is to do.\n")


def test_what_is_for_people_to_mend_ends_with_1_and_says_how(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    ended = fix(estate, f"pool-no-workers:work-pool:{pool_id(estate, 'mill')}", "--yes")
    assert ended.status == 1
    assert "cannot do anything about it; by hand:\n  next       prefect worker start --pool mill" in ended.out


def test_records_of_workers_are_named_by_their_pool(estate: Estate) -> None:
    estate.pool("mill")
    estate.worker("mill")
    ended = fix(estate, "--old-workers", "mill", "--older-than", "2d")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Of work pool 'mill', no workers were last heard before ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["mill"], "'mill' names no finding: `lifeguard fix` lists what can be fixed now"),
        (["--yes"], "--yes needs a finding: `lifeguard fix` lists those that can be fixed."),
        (["--again", "pool-paused:work-pool:x"], "--again is for stuck-pending-orphan and zombie-running"),
        (["--old-workers", "mill", "--older-than", "59m"], "--older-than is '59m': give at least 1h"),
        (["--old-workers", "mill", "--older-than", "soon"], "--older-than is 'soon', which is no age"),
        (["--old-workers", "mill", "x:y:z"], "--old-workers is a thing of its own"),
    ],
    ids=["no fingerprint", "yes to all", "again", "too young", "no age", "both"],
)
def test_what_cannot_be_meant_is_one_sentence(arguments: list[str], sentence: str) -> None:
    away = f"http://127.0.0.1:{free_port()}/api"
    with temporary_settings({PREFECT_API_URL: away}), pytest.raises(ConfigurationError) as refused:
        app(["fix", *arguments], exit_on_error=False, print_error=False, result_action="return_value")
    assert str(refused.value).startswith(sentence)


def test_an_incident_is_fixed_by_its_number_and_tells_of_it_afterwards(estate: Estate, tmp_path: Path) -> None:
    own = {"LIFEGUARD_DATABASE_URL": f"sqlite:///{tmp_path / 'history.db'}"}
    estate.pool("mill", paused=True)
    _, changes = kept(estate, tmp_path, own)
    number = str(changes.opened[0].id)
    assert fix(estate, number, "--yes", **own).status == 0
    told = lifeguard("incident", number, api_url=estate.api_url, **own)
    assert "fixed: work pool 'mill': is_paused from true to false; held" in told.out
    missing = fix(estate, "7777", **own)
    assert (missing.status, "There is no incident 7777 in the history" in missing.err) == (2, True)


def test_a_server_that_is_away_is_no_server_on_which_all_is_well() -> None:
    away = f"http://127.0.0.1:{free_port()}/api"
    ended = lifeguard("fix", "--yes", "pool-paused:work-pool:x", api_url=away)
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)
