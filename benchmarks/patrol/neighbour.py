"""Somebody else who uses the same server: asks for the newest runs again and again, and notes how long each answer took."""

import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple

import httpx

EVERY_SECONDS = 0.1
ASKED = {"limit": 20, "sort": "EXPECTED_START_TIME_DESC"}


class Answer(NamedTuple):
    """When it was asked for, by `time.monotonic`, and how long it took."""

    began: float
    milliseconds: float


class Neighbour:
    """Asks ten times a second at most, one call at a time."""

    def __init__(self, api_url: str) -> None:
        self._http = httpx.Client(base_url=f"{api_url}/", timeout=120, trust_env=False)
        self._answers: list[Answer] = []
        self._next = 0.0

    def ask(self) -> None:
        """Ask, if it is time to."""
        began = time.monotonic()
        if began < self._next:
            return
        self._http.post("flow_runs/filter", json=ASKED).raise_for_status()
        self._answers.append(Answer(began, (time.monotonic() - began) * 1000))
        self._next = began + EVERY_SECONDS

    def answers(self) -> list[Answer]:
        """All of them since this was last asked."""
        answers, self._answers = self._answers, []
        return answers


def p95(taken: Sequence[float]) -> float | None:
    """What 95 % were no longer than; None of fewer than 20, which do not tell it."""
    return statistics.quantiles(taken, n=20)[-1] if len(taken) >= 20 else None
