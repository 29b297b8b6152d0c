"""A patrol that pushes its metrics by OTLP, run for real; and one whose receiver is not there."""

from pathlib import Path

from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.metrics.otlp_receiver import receiving
from tests.prefect_server import free_port

SECRET = "hunter2"


def patrol(estate: Estate, endpoint: str, history: str) -> Ended:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_HEADERS": f"x-token={SECRET}"}
    return lifeguard("patrol", api_url=estate.api_url, LIFEGUARD_DATABASE_URL=history, **named)


def test_without_a_history_a_patrol_pushes_what_it_saw(estate: Estate, tmp_path: Path) -> None:
    unusable = tmp_path / "history.db"
    unusable.write_text("this is no database" * 100)
    with receiving() as receiver:
        patrol(estate, receiver.endpoint, f"sqlite:///{unusable}")
        ((attributes, workers),) = receiver.points("prefect.work_pool.workers.active")
        incidents = [labels["code"] for labels, _ in receiver.points("prefect.lifeguard.incidents.open")]
        ((_, up),) = receiver.points("prefect.lifeguard.up")
    assert (attributes, workers.as_double, up.as_double) == ({"work_pool": "mill"}, 0, 0)
    assert sorted(incidents) == ["history-unavailable", "pool-no-workers"]


def test_a_receiver_that_is_not_there_costs_one_sentence_and_nothing_else(estate: Estate, tmp_path: Path) -> None:
    endpoint = f"http://bob:{SECRET}@127.0.0.1:{free_port()}"
    ended = patrol(estate, endpoint, f"sqlite:///{tmp_path}/history.db")
    said = [line for line in ended.err.splitlines() if "OTLP" in line]
    assert (ended.status, len(said)) == (1, 1)
    assert "the metrics were not taken by the OTLP endpoint (the connection was refused)" in said[0]
    assert SECRET not in ended.err + ended.out and "Finished in state Degraded" in ended.err
