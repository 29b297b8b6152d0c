"""A client that asks again, as Prefect's own does: SQLite locks itself out under load, which the server answers with 503."""

import time

import httpx

BUSY_STATUSES = frozenset({500, 503})
RETRY_WAITS_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)


class PatientTransport(httpx.HTTPTransport):
    """Sends a request again that was answered so."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        for wait in RETRY_WAITS_SECONDS:
            if response.status_code not in BUSY_STATUSES:
                break
            response.close()
            time.sleep(wait)
            response = super().handle_request(request)
        return response


def patient_client(api_url: str, timeout_seconds: float = 75.0) -> httpx.Client:
    """Such a client of an API."""
    return httpx.Client(base_url=f"{api_url}/", timeout=timeout_seconds, transport=PatientTransport())
