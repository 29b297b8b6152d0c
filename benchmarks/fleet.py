"""Work pools that change over time, and what a patrol would hand to the history after looking at them."""

import random
from dataclasses import dataclass, replace
from datetime import datetime

from lifeguard.facts import Server, seconds
from lifeguard.findings import Finding, PoolReading, Resource, Severity, Verdict
from lifeguard.judgement import Judgement
from lifeguard.snapshot import Snapshot

API_URL = "http://127.0.0.1:4200/api"
TROUBLED_SHARE = 0.02
"""So many pools have an open incident at every patrol, which each patrol writes anew."""


@dataclass
class Fleet:
    """So many pools at one time; the same numbers in every run."""

    pools: list[PoolReading]
    now: datetime
    chance: random.Random

    def patrol(self, share: float, every_seconds: float = 60, *, is_storm: bool = False) -> Judgement:
        """What the next patrol finds after this share of the pools has changed; in a storm every pool is down."""
        self.now += seconds(every_seconds)
        for place in self.chance.sample(range(len(self.pools)), round(len(self.pools) * share)):
            self.pools[place] = self._changed(self.pools[place])
        troubled = self.pools if is_storm else self.pools[: round(len(self.pools) * TROUBLED_SHARE)]
        findings = tuple(_finding(pool, self.now) for pool in troubled)
        snapshot = Snapshot(Server(API_URL, version="3.9.1", ready=True), self.now, api_calls=17)
        return Judgement(snapshot, findings, tuple(self.pools), self.now, self.now + seconds(2))

    def _changed(self, pool: PoolReading) -> PoolReading:
        running = self.chance.randrange(1000)
        return replace(
            pool,
            running=running + (running == pool.running),
            overdue=self.chance.randrange(3),
            workers_online=self.chance.randrange(1, 6),
            has_demand=self.chance.random() < 0.5,
        )


def fleet(size: int, now: datetime) -> Fleet:
    """So many healthy pools at `now`."""
    return Fleet([_pool(number, now) for number in range(size)], now, random.Random(1))


def _pool(number: int, now: datetime) -> PoolReading:
    return PoolReading(
        id=f"0193a1c2-0000-7000-8000-{number:012}",
        name=f"team-{number % 40}-pool-{number}",
        type="kubernetes",
        status="READY",
        needs_workers=True,
        verdict=Verdict.HEALTHY,
        workers_online=3,
        workers_total=5,
        overdue=1,
        oldest_overdue_seconds=60,
        pending=2,
        running=25,
        waiting_for_slot=0,
        active_slots=27,
        concurrency_limit=100,
        oldest_overdue_since=now - seconds(60),
        has_demand=True,
    )


def _finding(pool: PoolReading, now: datetime) -> Finding:
    return Finding(
        code="pool-no-workers",
        severity=Severity.CRITICAL,
        resource=Resource("work-pool", pool.id, pool.name),
        title=f"Work pool '{pool.name}' has no live worker since 12:00, and 3 runs wait",
        evidence={"overdue_runs": 3, "oldest_run_expected": now, "workers_online": 0, "last_heartbeat": now},
        remedy=(f"prefect worker start --pool {pool.name}", f"prefect work-pool inspect {pool.name}"),
        run_ids=tuple(f"0193a1c2-1111-7000-8000-{number:012}" for number in range(3)),
        due_since=now,
    )
