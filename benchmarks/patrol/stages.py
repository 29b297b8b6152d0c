"""What each stage of a look costs: its calls, its time, and the server's CPU, read whenever the next one begins."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.patrol.processor import cpu_seconds
from benchmarks.patrol.seen import Told
from lifeguard.observe.api import Api
from lifeguard.observe.look import STAGES
from lifeguard.snapshot import Price

REACHING = "reaching the server"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far everything had come when a stage began."""

    title: str
    at: float
    server_cpu_seconds: float
    price: Price


class Stages:
    """Listens to what a look tells of its progress, and to nothing finer than its stages."""

    def __init__(self, api: Api, server: int) -> None:
        self._api, self._server = api, server
        self._titles = {REACHING, *(title for title, _ in STAGES)}
        self._marks: list[Mark] = []

    def hear(self, told: str) -> None:
        """What `Progress` is: a stage begins, or something within one."""
        if told in self._titles:
            self.begin(told)

    def begin(self, title: str) -> None:
        """A stage begins, which ends the one before."""
        price = sum(self._api.prices.values(), Price())
        self._marks.append(Mark(title, time.monotonic(), cpu_seconds(self._server), price))

    def ended(self) -> Sequence[Told]:
        """All stages, now that the last one is over."""
        self.begin("")
        pairs = zip(self._marks, self._marks[1:], strict=False)
        return [_between(first, then) for first, then in pairs]


def _between(first: Mark, then: Mark) -> Told:
    price = Price(
        then.price.calls - first.price.calls,
        then.price.received_bytes - first.price.received_bytes,
        then.price.seconds - first.price.seconds,
    )
    used = then.server_cpu_seconds - first.server_cpu_seconds
    return {**asdict(price), "stage": first.title, "wall_seconds": then.at - first.at, "server_cpu_seconds": used}
