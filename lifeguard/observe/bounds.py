"""How far a look may go: so many calls, for so long, and no further where nobody answers. It asks no clock.

`now` is in seconds of any clock that only goes forward.
"""

from collections.abc import Generator
from contextlib import contextmanager

from lifeguard.observe.call_failed import CallFailed
from lifeguard.policy import Policy

GIVE_UP_AFTER_FAILURES = 10
DATABASE_AWAY = 503
FOR_TELLING, FOR_TELLING_AT_LEAST = 0.1, 20
"""Of the calls of a patrol, kept for paging, the artifacts and what became of the pages before: seven tell one incident."""

LATEST_SECONDS = 540.0
"""A patrol's flow is ended by Prefect after 600 s (`timeout_seconds`), and with it what it saw."""


class Bounds:
    """What was spent of a policy's `call_ceiling`, and while a look is under way, of its `look_within_seconds`."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.calls = 0
        self._failures_in_a_row = 0
        self._lent = 0
        self._began: float | None = None
        self._longer = 0.0
        self._tells = False
        self._share_kept = 0.0

    @property
    def calls_left(self) -> int:
        """How many calls may still be made now."""
        kept = round(self.policy.call_ceiling * self._share_kept) + (self._for_telling if self._tells else 0)
        return max(0, self.policy.call_ceiling - kept - self.calls - self._lent)

    @property
    def _for_telling(self) -> int:
        ceiling = self.policy.call_ceiling
        return min(ceiling // 2, max(FOR_TELLING_AT_LEAST, round(ceiling * FOR_TELLING)))

    def seconds_left(self, now: float) -> float:
        """For how long calls may still be made; endless where no look is under way."""
        if self._began is None:
            return float("inf")
        return self._began + self._within * (1 - self._share_kept) - now

    @property
    def _within(self) -> float:
        within = self.policy.look_within_seconds
        return max(within, min(within + self._longer, LATEST_SECONDS))

    @contextmanager
    def looking(self, now: float, *, tells: bool) -> Generator[None, None, None]:
        """Meanwhile there is an end to the time, and with `tells` some calls are kept for telling people afterwards."""
        self._began, self._tells = now, tells
        try:
            yield
        finally:
            self._began, self._tells = None, False

    @contextmanager
    def keeping(self, share: float) -> Generator[None, None, None]:
        """Meanwhile this share of all calls, and of the time, is kept for what comes after."""
        before, self._share_kept = self._share_kept, self._share_kept + share
        try:
            yield
        finally:
            self._share_kept = before

    def wait_for_others(self, seconds: float) -> None:
        """Time in which others look for us is not our own."""
        self._longer += seconds

    def lend(self, calls: int) -> None:
        """Let others make so many of our calls."""
        self._lent += calls

    def take_back(self, lent: int, calls: int) -> None:
        """Count what others did with what was lent to them."""
        self._lent -= lent
        self.calls += calls

    def pay(self, now: float) -> None:
        """Count one call that is about to be made; raises `CallFailed` where it may not be."""
        if self.calls_left == 0:
            raise CallFailed(self._no_calls())
        if self.seconds_left(now) <= 0:
            raise CallFailed(self._no_time())
        if self._failures_in_a_row >= GIVE_UP_AFTER_FAILURES:
            raise CallFailed(f"not asked, since {GIVE_UP_AFTER_FAILURES} calls in a row got no answer")
        self.calls += 1

    def answered(self, status: int, sent_on: int) -> None:
        """Learn from an answer; each time that a call was sent on to another address is a call too."""
        self.calls += sent_on
        self._failures_in_a_row = self._failures_in_a_row + 1 if status == DATABASE_AWAY else 0

    def unanswered(self, now: float) -> None:
        """Learn from a call that got no answer; raises `CallFailed` where the end of the time cut it off.

        That says nothing about the server.
        """
        if self.seconds_left(now) <= 0:
            raise CallFailed(self._no_time())
        self._failures_in_a_row += 1

    def _no_time(self) -> str:
        """Why nothing more is asked once the time is over."""
        if self._share_kept:
            return f"the {self._within:g} s for a look leave no more time for this (look_within_seconds)"
        return f"the time for a look, {self._within:g} s, is over (look_within_seconds)"

    def _no_calls(self) -> str:
        ceiling = self.policy.call_ceiling
        if self.calls + self._lent < ceiling:
            return f"the ceiling of {ceiling:,} API calls leaves no more for this (call_ceiling)"
        return f"the ceiling of {ceiling:,} API calls is reached (call_ceiling)"
