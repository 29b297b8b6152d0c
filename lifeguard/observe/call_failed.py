"""How a call fails, in words that are short, true and without any secret."""

import httpx

NO_JSON = "the answer is no JSON"
BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""What httpx raises where a connection ends in the middle of a call."""


class CallFailed(Exception):
    """A call got no usable answer. The message is a short reason without any secret; `status` is HTTP's, if any."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status

    @property
    def is_no_prefect(self) -> bool:
        """Whether something answered that cannot be a Prefect API: no such path there, or a page for people."""
        return self.reason == NO_JSON or (self.status is not None and 400 <= self.status < 429)


def why_no_answer(error: Exception, connect_seconds: float, answer_seconds: float) -> str:
    """Why nothing came back, of what httpx raises and of a `TimeoutError`; the seconds are how long each was waited for."""
    match error:
        case httpx.ConnectTimeout():
            return f"no connection within {connect_seconds:g} s"
        case httpx.TimeoutException() | TimeoutError():
            return f"no answer within {answer_seconds:g} s"
        case httpx.ConnectError():
            return _why_not_connected(error)
        case _:
            return type(error).__name__


def _why_not_connected(error: httpx.ConnectError) -> str:
    text = str(error)
    if "CERTIFICATE" in text.upper() or "SSL" in text.upper():
        return "the TLS certificate is not accepted"
    if "Name or service not known" in text or "getaddrinfo" in text or "resolution" in text:
        return "the host name cannot be resolved"
    return "the connection was refused" if "refused" in text or "attempts failed" in text else "no connection"
