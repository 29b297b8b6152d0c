"""How tests call a Prefect server: they ask again, as Prefect's own client does (`PREFECT_CLIENT_MAX_RETRIES`).

SQLite locks itself out under load, which the server answers with 503 and at times 500; and it closes a connection that nobody
has used for 5 s (`server.api.keepalive_timeout`), which a client may notice only with its next request.
"""

import time
from collections.abc import Mapping
from typing import Any

import httpx

BUSY_STATUSES = frozenset({500, 503})
BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
RETRY_WAITS_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
TIMEOUT_SECONDS = 75.0


class PatientTransport(httpx.HTTPTransport):
    """Sends a request again that was answered so, or whose connection broke."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for wait in RETRY_WAITS_SECONDS:
            try:
                response = super().handle_request(request)
            except BROKEN:
                pass
            else:
                if response.status_code not in BUSY_STATUSES:
                    return response
                response.close()
            time.sleep(wait)
        return super().handle_request(request)


def patient_client(api_url: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """Such a client of an API, which no setting of this machine sends elsewhere."""
    # No certificates are loaded (20 ms for each client): every server of the tests speaks plain HTTP.
    transport = PatientTransport(verify=False)
    return httpx.Client(
        base_url=f"{api_url}/", timeout=TIMEOUT_SECONDS, headers=headers, transport=transport, trust_env=False
    )


def ask(api_url: str, method: str, path: str, body: Any = None) -> Any:
    """What an API answers to one call; raises `httpx.HTTPStatusError` where that says no."""
    with patient_client(api_url) as http:
        response = http.request(method, path, json=body).raise_for_status()
        return response.json() if response.content else None
