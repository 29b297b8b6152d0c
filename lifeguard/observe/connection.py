"""Where the Prefect API is and how to speak to it, from Prefect's own settings and profiles. No call is made here."""

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lifeguard.configuration import ConfigurationError

SET_THE_URL = "set it with `prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api`"


@dataclass(frozen=True, slots=True)
class Connection:
    """The address of an API and what is needed to be let in. Secrets never show in its representation."""

    api_url: str = field(repr=False)
    ui_url: str | None = None
    is_cloud: bool = False
    has_credentials: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    verify: ssl.SSLContext | bool = field(default=True, repr=False)

    @property
    def shown_url(self) -> str:
        """The address without any user, password or query in it, fit to be shown."""
        return without_secrets(self.api_url)


def without_secrets(url: str) -> str:
    """A URL without user, password, query and fragment; of what is no URL, nothing before the last @ either."""
    shown = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = shown.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def connection_from_prefect() -> Connection:
    """Read Prefect's current settings; raises `ConfigurationError` where they name no usable address."""
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    url = checked_url(settings.api.url)
    key = settings.api.key.get_secret_value() if settings.api.key else None
    auth = settings.api.auth_string.get_secret_value() if settings.api.auth_string else None
    return Connection(
        api_url=url,
        ui_url=without_secrets(settings.ui_url) if settings.ui_url else None,
        is_cloud=f"{url}/".startswith(f"{settings.cloud.api_url}/"),
        has_credentials=bool(key or auth or urlsplit(url).username),
        headers={**settings.client.custom_headers, **_authorization(key, auth)},
        verify=_tls(settings.api.tls_insecure_skip_verify, settings.api.ssl_cert_file),
    )


def checked_url(url: str | None) -> str:
    """The address without a trailing slash; raises `ConfigurationError` when it cannot be one."""
    if not url or not url.strip():
        raise ConfigurationError(f"PREFECT_API_URL is not set, so there is no server to look at: {SET_THE_URL}.")
    if not _is_address(url.strip()):
        shown = without_secrets(url)
        raise ConfigurationError(f"PREFECT_API_URL is {shown!r}, which is no http or https address: {SET_THE_URL}.")
    return url.strip().rstrip("/")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _authorization(key: str | None, auth: str | None) -> dict[str, str]:
    """An auth string goes before an API key, as in Prefect's own client."""
    if auth:
        return {"Authorization": f"Basic {base64.b64encode(auth.encode()).decode()}"}
    return {"Authorization": f"Bearer {key}"} if key else {}


def _tls(skip_verification: bool, certificate_file: str | None) -> ssl.SSLContext | bool:
    if skip_verification:
        return False
    try:
        return ssl.create_default_context(cafile=certificate_file) if certificate_file else True
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"PREFECT_API_SSL_CERT_FILE is {certificate_file!r}, which cannot be read as certificates "
            f"({type(error).__name__}): give the path of a PEM file."
        ) from None
