"""history-unavailable: the patrol cannot be remembered, and everything that it found is still told."""

from pathlib import Path

from tests.estate import Estate
from tests.postgres import Postgres
from tests.prefect_server import free_port
from tests.remembering import codes_kept, kept


def address(port: int) -> dict[str, str]:
    return {"LIFEGUARD_DATABASE_URL": f"postgresql://bob:hunter2@127.0.0.1:{port}/history"}


def test_a_database_that_is_away_is_a_warning_beside_what_was_found(estate: Estate, tmp_path: Path) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    judgement, changes = kept(estate, tmp_path, address(free_port()))
    assert [finding.code for finding in judgement.findings] == ["pool-no-workers", "history-unavailable"]
    assert (changes.is_recorded, changes.opened) == (False, ())


def test_its_reason_and_its_way_out_are_told_and_its_address_is_not(estate: Estate, tmp_path: Path) -> None:
    judgement, _ = kept(estate, tmp_path, address(free_port()))
    (finding,) = judgement.findings
    assert finding.title == (
        "The history in PostgreSQL (LIFEGUARD_DATABASE_URL) cannot be used (nothing answers at its address), so this "
        "patrol is not remembered"
    )
    assert finding.remedy[0] == "Start the database, or mend the address"
    assert "hunter2" not in repr(finding)


def test_an_address_that_is_none_is_told_too(estate: Estate, tmp_path: Path) -> None:
    judgement, _ = kept(estate, tmp_path, {"LIFEGUARD_DATABASE_URL": "mysql://bob:hunter2@db/history"})
    (finding,) = judgement.findings
    assert "begins with mysql://" in finding.title and "hunter2" not in repr(finding)


def test_what_could_not_be_written_is_opened_by_the_next_patrol_that_can(
    estate: Estate, tmp_path: Path, postgres_server: Postgres
) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    kept(estate, tmp_path, address(free_port()))
    database = {"LIFEGUARD_DATABASE_URL": postgres_server.url()}
    _, changes = kept(estate, tmp_path, {**database, "LIFEGUARD_SERVER_NAME": str(tmp_path)})
    assert [incident.finding.code for incident in changes.opened] == ["pool-no-workers"]


def test_a_history_that_works_is_not_mentioned(estate: Estate, tmp_path: Path) -> None:
    assert codes_kept(estate, tmp_path, {}) == []
