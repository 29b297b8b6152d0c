"""The token that a server with `server.api.csrf_protection_enabled` wants, as Prefect's own client asks for it (3.9.1)."""

from uuid import uuid4

import httpx
import orjson

from lifeguard.observe.call_failed import CallFailed


def new_client() -> str:
    """A name under which to ask for a token."""
    return str(uuid4())


def path_of_token(client: str) -> str:
    """Where a token is asked for."""
    return f"csrf-token?client={client}"


def is_refused(response: httpx.Response) -> bool:
    """Whether a token is wanted that was not sent, or a newer one."""
    return response.status_code == 403 and b"CSRF" in response.content


def headers_of_token(client: str, response: httpx.Response) -> dict[str, str]:
    """What goes with every call from now on; raises `CallFailed` where no token was given."""
    try:
        token = str(orjson.loads(response.content)["token"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise CallFailed("HTTP 403, and no CSRF token was given", 403) from error
    return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}
