"""Scenarios once more for a look that remembers: it finds the same as one that asks everything.

Beside each look but the first of a test stands one that is given the memory of those before; a test that looks once has that
look at its end. Where both differ, time may have passed a limit between them, so that a third one decides.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from lifeguard import remembered_workers
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.policy import Policy
from lifeguard.signatures.sign import Sign
from tests.estate import PATIENT, Estate, Report, seen_at

AT_MOST = 3
"""Scenarios that wait look often, and each look beside costs half a second."""


class Claim(NamedTuple):
    """What must not depend on a memory."""

    code: str
    severity: Severity
    resource: Resource
    runs: tuple[str, ...]


class RecallingEstate(Estate):
    """An estate whose looks are each held to one that remembers those before."""

    def __init__(self, api_url: str) -> None:
        super().__init__(api_url)
        self._memory: Memory | None = None
        self._recalled = 0
        self._last: tuple[Policy, Sequence[str], tuple[Sign, ...]] = (PATIENT, (), ())

    def look(
        self,
        policy: Policy = PATIENT,
        pools: Sequence[str] = (),
        signs: tuple[Sign, ...] = (),
        memory: Memory = NOTHING_KNOWN,
    ) -> Report:
        """A real look at this server that asks everything, once one that remembers has found the same."""
        with few_pools_are_remembered():
            report = super().look(policy, pools, signs, memory)
        self._last = (policy, pools, signs)
        if self._memory is None:
            self._memory = report.snapshot.memory
        else:
            self._recall(self._memory, report)
        return report

    def recall(self) -> None:
        """Hold the only look of a test to one that remembers it."""
        if self._memory is not None and not self._recalled:
            self._recall(self._memory, self._asking_everything())

    def _recall(self, memory: Memory, before: Report) -> None:
        if self._recalled == AT_MOST:
            return
        self._recalled += 1
        policy, pools, signs = self._last
        with few_pools_are_remembered():
            recalled = seen_at(self.api_url, policy, pools, signs=signs, memory=memory)
        self._memory = recalled.snapshot.memory
        found, earlier = claims(recalled.findings), claims(before.findings)
        if found != earlier:
            after = claims(self._asking_everything().findings)
            assert earlier & after <= found <= earlier | after, "a look that remembers finds something else"

    def _asking_everything(self) -> Report:
        policy, pools, signs = self._last
        return seen_at(self.api_url, policy, pools, signs=signs)


@contextmanager
def few_pools_are_remembered() -> Generator[None, None, None]:
    """Let the memory of workers serve an estate of a few pools too, which a look reads whole otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered_workers, "FEW_POOLS", 0)
        yield


def claims(findings: Sequence[Finding]) -> frozenset[Claim]:
    """What was found, as it can be compared."""
    return frozenset(Claim(each.code, each.severity, each.resource, each.run_ids) for each in findings)
