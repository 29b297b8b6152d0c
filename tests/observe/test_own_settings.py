"""What Prefect itself knows of its settings is what is said of them: their variables, their defaults, their old names."""

import pytest
from prefect.settings import Settings as PrefectSettings

from lifeguard.observe.connection import Connection
from lifeguard.observe.own_settings import own_settings, variables
from lifeguard.observe.told_settings import flat
from lifeguard.review.known import OF_WORKERS, OWN, SERVER
from lifeguard.review.services import LEFT_UNDONE
from lifeguard.review.shared_parts import FILES, IN_REDIS

OF_KUBERNETES = "integrations.kubernetes.observer.replicate_pod_events"
OF_THE_MACHINE = {"server.ui.api_url"}


def test_every_setting_that_is_reviewed_exists_with_the_default_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_API_URL", "PREFECT_API_REQUEST_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    fields = dict(variables())
    told = flat(PrefectSettings().model_dump(mode="json"))
    known = {**SERVER, **OWN, **OF_WORKERS}
    assert set(known) - set(fields) == {OF_KUBERNETES}
    different = {path for path, default in known.items() if path in told and told[path] != default}
    assert different - OF_THE_MACHINE == set()


def test_what_remedies_set_exists() -> None:
    fields = dict(variables())
    services = {f"server.services.{name}.enabled" for name in LEFT_UNDONE}
    assert (services | set(IN_REDIS)) - set(fields) == set()
    assert __import__(FILES, fromlist=["ConcurrencyLeaseStorage"]).ConcurrencyLeaseStorage


def test_old_names_are_found_in_the_environment_with_those_of_today() -> None:
    environment = {
        "PREFECT_SQLALCHEMY_POOL_SIZE": "7",
        "PREFECT_CLIENT_MAX_RETRIES": "2",
        "HOME": "/",
        "PREFECT_HOME": "",
    }
    own = own_settings(Connection("https://prefect.example.com/api"), environment)
    assert own.outdated == {"PREFECT_SQLALCHEMY_POOL_SIZE": "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE"}
    assert set(own.set_here) == {"server.database.sqlalchemy.pool_size", "client.max_retries"}
    assert (own.api_host, own.api_port) == ("prefect.example.com", 443)


def test_durations_are_seconds_and_names_stay_texts() -> None:
    assert flat({"a": {"b": "PT1M", "c": "P7D", "d": "Postgres"}, "e": None}) == {
        "a.b": 60.0,
        "a.c": 604_800.0,
        "a.d": "Postgres",
        "e": None,
    }
