"""Where the API is and how to speak to it, by Prefect's own settings."""

import base64
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_KEY,
    PREFECT_API_SSL_CERT_FILE,
    PREFECT_API_TLS_INSECURE_SKIP_VERIFY,
    PREFECT_API_URL,
    PREFECT_CLIENT_CUSTOM_HEADERS,
    PREFECT_UI_URL,
    temporary_settings,
)

from lifeguard.observe.connection import (
    ConfigurationError,
    Connection,
    checked_url,
    connection_from_prefect,
    without_secrets,
)

LOCAL = "http://127.0.0.1:4200/api"
CLOUD = "https://api.prefect.cloud/api/accounts/1/workspaces/2"


@contextmanager
def configured(url: str | None, settings: Mapping[Any, object] | None = None) -> Generator[Connection, None, None]:
    """What Lifeguard makes of Prefect's settings, with nothing in them of the machine that runs the test."""
    nothing = {PREFECT_API_URL, PREFECT_API_KEY, PREFECT_API_AUTH_STRING, PREFECT_UI_URL, PREFECT_CLIENT_CUSTOM_HEADERS}
    chosen: dict[Any, object] = {PREFECT_API_URL: url, **(settings or {})}
    updates = {setting: value for setting, value in chosen.items() if value is not None}
    with temporary_settings(updates=updates, restore_defaults=nothing - updates.keys()):
        yield connection_from_prefect()


@pytest.mark.parametrize("url", ["http://host/api", "https://host:4200/api", "http://[::1]:4200/api"])
def test_an_http_address_is_taken_as_it_is(url: str) -> None:
    assert checked_url(url) == url


def test_space_around_an_address_and_slashes_at_its_end_are_cut() -> None:
    assert checked_url(" http://host/api// ") == "http://host/api"


@pytest.mark.parametrize("url", [None, "", "   "])
def test_no_address_is_said_to_be_none(url: str | None) -> None:
    with pytest.raises(ConfigurationError, match="PREFECT_API_URL is not set"):
        checked_url(url)


@pytest.mark.parametrize("url", ["host:4200/api", "ftp://host/api", "http:///api", "/api", "http://"])
def test_what_is_no_http_address_is_named_with_the_way_out(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no http or https address: set it with `prefect config set"):
        checked_url(url)


@pytest.mark.parametrize("url", ["http://[::1/api", "http://host:port/api", "http://host:99999/api"])
def test_an_address_that_cannot_be_taken_apart_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        checked_url(url)


def test_a_shown_address_has_no_user_password_query_or_fragment() -> None:
    assert without_secrets("https://me:s3cret@host:1/api?token=s3cret#s3cret") == "https://host:1/api"


@pytest.mark.parametrize("url", ["ftp://me:s3cret@host/api", "//me:s3cret@host/api"])
def test_a_refused_address_is_shown_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked_url(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["me:s3cret@host/api", "http:/me:s3cret@host/api", "me@host:s3cret@host/api"])
def test_a_mistyped_address_is_shown_without_its_password_too(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked_url(url)
    assert "s3cret" not in str(caught.value)


def test_a_connection_shows_no_header() -> None:
    assert "s3cret" not in repr(Connection(LOCAL, headers={"Authorization": "Bearer s3cret"}))


def test_a_connection_shows_no_password_of_its_address() -> None:
    assert "s3cret" not in repr(Connection("http://me:s3cret@host/api"))


def test_the_address_is_that_of_prefects_settings() -> None:
    with configured(LOCAL + "/") as connection:
        assert (connection.api_url, connection.is_cloud, connection.has_credentials) == (LOCAL, False, False)


def test_without_an_address_there_is_no_connection() -> None:
    with pytest.raises(ConfigurationError, match="is not set"), configured(None):
        pass


def test_an_environment_variable_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://from-the-environment:4200/api")
    with temporary_settings():
        assert connection_from_prefect().api_url == "http://from-the-environment:4200/api"


def test_an_api_key_goes_as_a_bearer_token() -> None:
    with configured(LOCAL, {PREFECT_API_KEY: "pnu_key"}) as connection:
        assert (connection.headers, connection.has_credentials) == ({"Authorization": "Bearer pnu_key"}, True)


def test_an_auth_string_goes_before_an_api_key() -> None:
    with configured(LOCAL, {PREFECT_API_KEY: "pnu_key", PREFECT_API_AUTH_STRING: "admin:påss"}) as connection:
        word = base64.b64encode("admin:påss".encode()).decode()
        assert connection.headers == {"Authorization": f"Basic {word}"}


def test_custom_headers_go_along() -> None:
    with configured(LOCAL, {PREFECT_CLIENT_CUSTOM_HEADERS: {"X-Team": "data"}}) as connection:
        assert connection.headers == {"X-Team": "data"}


def test_prefect_cloud_is_known_by_its_address() -> None:
    with configured(CLOUD, {PREFECT_API_KEY: "pnu_key"}) as connection:
        assert connection.is_cloud


def test_an_address_that_only_begins_like_that_of_the_cloud_is_no_cloud() -> None:
    with configured("https://api.prefect.cloud/api-of-mine") as connection:
        assert not connection.is_cloud


def test_the_address_of_the_ui_is_shown_without_secrets() -> None:
    with configured(LOCAL, {PREFECT_UI_URL: "https://me:s3cret@ui/"}) as connection:
        assert connection.ui_url == "https://ui/"


def test_certificates_are_checked_unless_prefect_is_told_not_to() -> None:
    with configured(LOCAL) as checked:
        assert checked.verify is True or not isinstance(checked.verify, bool)
    with configured(LOCAL, {PREFECT_API_TLS_INSECURE_SKIP_VERIFY: True}) as unchecked:
        assert unchecked.verify is False


def test_a_certificate_file_that_is_not_there_is_a_configuration_error() -> None:
    settings = {PREFECT_API_SSL_CERT_FILE: "/nowhere/ca.pem"}
    with pytest.raises(ConfigurationError), configured(LOCAL, settings):
        pass
