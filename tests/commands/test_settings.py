"""`lifeguard settings` where it cannot look. What it says of a real server is in tests/scenarios/test_setting_risky.py."""

from tests.commands.command_line import lifeguard
from tests.prefect_server import free_port


def test_a_server_that_is_away_is_one_sentence() -> None:
    away = f"http://127.0.0.1:{free_port()}/api"
    ended = lifeguard("settings", api_url=away)
    assert (ended.status, ended.out) == (2, "")
    assert ended.sentences == [f"{away} does not answer (the connection was refused); see `lifeguard check`."]


def test_a_number_of_processes_that_cannot_be_is_one_sentence() -> None:
    ended = lifeguard("settings", api_url="http://127.0.0.1:1/api", LIFEGUARD_SERVER_PROCESSES="0")
    assert (ended.status, len(ended.sentences)) == (2, 1)
    assert ended.err.startswith("LIFEGUARD_SERVER_PROCESSES is '0', but should be greater than or equal to 1")
