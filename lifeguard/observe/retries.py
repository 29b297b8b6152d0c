"""Which answers are worth asking again, and after how long. Pure but for the jitter."""

import random
from datetime import datetime

import httpx

from lifeguard.observe.http_dates import retry_after_seconds

RETRIED_STATUSES = frozenset({429, 503})
FIRST_BACKOFF_SECONDS = 0.5


def wait_before_retry(response: httpx.Response, attempt: int, now: datetime, at_most: float) -> float:
    """Seconds by `Retry-After`, else twice as many with each attempt (the first is 0), and some more by chance.

    `now` is the server's clock. Without chance, all that were refused together would come back together.
    """
    asked = retry_after_seconds(response.headers.get("Retry-After"), now)
    wait = FIRST_BACKOFF_SECONDS * 2**attempt if asked is None else asked
    return min(wait, at_most) + random.uniform(0, FIRST_BACKOFF_SECONDS)
