"""The flow `publish_digest`, run for real: the page that it writes, and how it ends where there is nothing to tell."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.patience import ask
from tests.remembering import TELL_AT_ONCE, kept

QUIET = {"PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


def digest(estate: Estate, url: str, *arguments: str) -> Ended:
    return lifeguard("digest", *arguments, api_url=estate.api_url, LIFEGUARD_DATABASE_URL=url, **QUIET, **TELL_AT_ONCE)


def rows(estate: Estate, what: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(estate.api_url, "POST", f"{what}/filter", asked)
    return found


def page(estate: Estate) -> dict[str, Any]:
    (newest,) = rows(estate, "artifacts/latest", artifacts={"key": {"any_": ["lifeguard-digest"]}})
    return newest


def run_of(estate: Estate) -> dict[str, Any]:
    return rows(estate, "flow_runs", flows={"name": {"any_": ["publish_digest"]}}, sort="START_TIME_DESC")[0]


def test_it_tells_what_patrols_have_seen_and_of_which_deployments(estate: Estate, url: str, tmp_path: Path) -> None:
    estate.overdue_runs(estate.deployment("grind", estate.pool("mill")), 3, minutes=20)
    kept(estate, tmp_path, {"LIFEGUARD_DATABASE_URL": url})
    ended = digest(estate, url)
    assert (ended.status, run_of(estate)["state_name"]) == (0, "Completed")
    assert ended.out.startswith("1 open, 0 resolved. Work waited for 20 min")
    assert f"/artifacts/artifact/{page(estate)['latest_id']}" in ended.out
    assert page(estate)["flow_run_id"] == run_of(estate)["id"]
    assert "[flow/grind](../../deployments/deployment/" in page(estate)["data"]


def test_it_tells_which_settings_are_risky_with_their_variables(estate: Estate, url: str, tmp_path: Path) -> None:
    estate.pool("etl")
    estate.global_limit("db", 2)
    kept(estate, tmp_path, {"LIFEGUARD_DATABASE_URL": url})
    assert digest(estate, url).status == 0
    section = page(estate)["data"].partition("## Settings")[2]
    assert "- `PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE`: The leases of 1 concurrency limit are kept" in section


def test_a_history_that_has_not_begun_is_said_to_be_empty(estate: Estate, url: str) -> None:
    ended = digest(estate, url)
    assert ended.status == 0 and "it begins with the first `lifeguard patrol`" in ended.out
    assert "There is nothing to tell yet" in page(estate)["data"]


def test_a_broken_history_fails_with_a_sentence(estate: Estate, url: str, tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"this is no database" * 100)
    ended = digest(estate, url)
    assert ended.status == 2 and "its file is damaged or no database" in ended.err
    assert run_of(estate)["state_type"] == "FAILED"


def test_a_number_of_days_that_is_none_is_refused(estate: Estate, url: str) -> None:
    refused = digest(estate, url, "--days", "0")
    assert (refused.status, refused.sentences) == (2, ["--days is 0, which is no number of days from 1 to 90."])
