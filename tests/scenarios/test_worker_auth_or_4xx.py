"""worker-auth-or-4xx: a real worker with wrong credentials ends at its first call, and its log says so."""

from collections.abc import Generator
from pathlib import Path

import pytest

from lifeguard.commands.log_files import signs_of
from tests.estate import Estate, Said
from tests.prefect_server import PrefectServer, prefect_server
from tests.signatures.real_worker import end_of_worker, signs_now

RIGHT, WRONG = {"PREFECT_API_AUTH_STRING": "admin:right"}, {"PREFECT_API_AUTH_STRING": "admin:wrong"}


@pytest.fixture(scope="module")
def locked_server() -> Generator[PrefectServer, None, None]:
    with prefect_server({"PREFECT_SERVER_API_AUTH_STRING": "admin:right"}) as running:
        yield running


def test_a_worker_with_a_wrong_auth_string_is_the_cause_of_a_pool_without_workers(
    estate: Estate, locked_server: PrefectServer, tmp_path: Path
) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert end_of_worker(locked_server.api_url, "mill", tmp_path, settings=WRONG) == 1
    estate.keep_noise_alive()
    signs = signs_of([str(tmp_path / "worker.log")])
    assert estate.look(signs=signs).said == {
        Said("worker-auth-or-4xx", "critical", "work-pool", "mill", 1),
        Said("pool-no-workers", "info", "work-pool", "mill", 1, "worker-auth-or-4xx"),
    }


def test_the_log_of_a_worker_with_the_right_one_says_nothing(locked_server: PrefectServer, tmp_path: Path) -> None:
    assert end_of_worker(locked_server.api_url, "mill", tmp_path, "--run-once", settings=RIGHT) == 0
    assert signs_of([str(tmp_path / "worker.log")]) == ()


def test_a_refusal_in_the_log_of_a_pool_that_others_work_on_is_only_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    said = estate.look(signs=signs_now("worker-401-391")).said
    assert said == {Said("worker-auth-or-4xx", "warning", "server", estate.api_url)}
