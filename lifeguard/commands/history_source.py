"""Where a process that runs for long reads the history: asked of the server once, and not at each reading.

What the server could not tell at the beginning is asked again, at most once a minute, until it does: the history that this
machine knows by itself may be another one.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from lifeguard.commands.looking_back import LookBack, look_back
from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.facts import seconds
from lifeguard.observe.api import utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.standing_queries import read_standing
from lifeguard.standing import Standing

ASK_AGAIN_AFTER_SECONDS = 60.0


@dataclass(slots=True)
class HistorySource:
    """The history of one server; may be read by many threads at once."""

    environment: Mapping[str, str]
    stale_after_seconds: float
    clock: Callable[[], float] = time.monotonic
    _known: LookBack | None = None
    _failure: HistoryUnavailable | None = None
    _asked_at: float = -inf
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def server_name(self) -> str:
        """Under what name the history keeps the server, as far as it is known by now."""
        return self._known.server_name if self._known else connection_from_prefect().shown_url

    def settle(self) -> None:
        """Find the history, and say where it may be another one; raises `ConfigurationError` where that is a mistake."""
        try:
            self._history(complain)
        except HistoryUnavailable as unavailable:
            complain(str(unavailable))

    def standing(self) -> Standing:
        """The newest that is known. Raises `ConfigurationError` and `HistoryUnavailable`."""
        known = self._history(lambda _: None)
        now = utc_now() + seconds(known.clock_ahead_seconds)
        return run_async(read_standing, known.database, known.server_name, now, self.stale_after_seconds)

    def _history(self, say: Callable[[str], None]) -> LookBack:
        with self._lock:
            is_certain = self._known is not None and self._known.is_certain
            if not is_certain and self.clock() - self._asked_at >= ASK_AGAIN_AFTER_SECONDS:
                self._ask(say)
            if self._known is None:
                raise self._failure or AssertionError("it was asked, and gave neither an answer nor a failure")
            return self._known

    def _ask(self, say: Callable[[str], None]) -> None:
        self._asked_at = self.clock()
        try:
            self._known = run_async(look_back, self.environment, say)
        except HistoryUnavailable as unavailable:
            self._failure = unavailable
