"""When the next call may go out: so many at once, not before the server wants to be asked again, and rested on patrol."""

import anyio

from lifeguard.observe.meter import kind_of
from lifeguard.observe.pacing import AT_ONCE, Pace
from lifeguard.observe.retries import RETRIED_STATUSES
from lifeguard.observe.width import Latencies, Width


class Turns:
    """Lets calls in, as many at once as the server bears and the policy allows.

    As long as its pace rests it is one at a time, with a rest after each.
    """

    def __init__(self, at_once: int) -> None:
        self.limiter = anyio.CapacityLimiter(at_once)
        self._width = Width(at_once, at_once)
        self._latencies = Latencies()
        self._resume_at = 0.0
        self._pace = AT_ONCE
        self._paced_since = 0.0

    def allow(self, at_once: int) -> None:
        """So many at once from now on, where nothing has been wrong so far."""
        self._become(self._width.up_to(at_once))

    def pace_by(self, pace: Pace, since: float) -> None:
        """Go on at this pace, in a look that began then by anyio's clock."""
        self._pace, self._paced_since = pace, since
        self._become(self._width)

    def page_size(self, allowed: int) -> int:
        """How many rows to ask for at once, where the server gives so many."""
        return self._pace.page_size(allowed, self._latencies.quickest, self._elapsed)

    def hold_back(self, seconds: float) -> None:
        """Let nobody in for so long."""
        self._resume_at = max(self._resume_at, anyio.current_time() + seconds)

    async def wait(self, until: float) -> None:
        """Until nothing holds calls back any more, and not beyond that time of anyio's clock."""
        while (wait := min(self._resume_at, until) - anyio.current_time()) > 0:
            await anyio.sleep(wait)

    def learn(self, path: str, status: int | None, took: float) -> None:
        """What an answer says about those to come; the status is None where there was none."""
        self._become(self._width_after(path, status, took))
        self.hold_back(self._pace.rest_seconds(took, self._elapsed))

    def _width_after(self, path: str, status: int | None, took: float) -> Width:
        if status is None or status in RETRIED_STATUSES:
            return self._width.refused()
        return self._width.slow() if self._latencies.is_slow(kind_of(path), took) else self._width.good()

    def _become(self, width: Width) -> None:
        self._width = width
        self.limiter.total_tokens = 1 if self._pace.rests(self._elapsed) else width.at_once

    @property
    def _elapsed(self) -> float:
        return anyio.current_time() - self._paced_since
