"""Whose workers are remembered: what a look that remembers finds, beside one that reads everything; and what is read again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import Pool, Queue, Worker, seconds
from lifeguard.findings import Finding, Severity
from lifeguard.memory import NOTHING_KNOWN, KnownWorkers, Memory, left_by, recent
from lifeguard.policy import Policy
from lifeguard.remembered_workers import FEW_POOLS, leaving_workers, remembered_workers, with_remembered
from lifeguard.snapshot import Snapshot
from lifeguard.spans import Span
from tests.builders import (
    NOW,
    ago,
    heard,
    pending,
    policy,
    pool,
    queue,
    run,
    running,
    snapshot,
    unseen,
    worker,
    worker_event,
)
from tests.drifting import Estate

POOLS, MINUTES = FEW_POOLS + 5, 25
READ = 120.0
"""How many seconds before NOW the remembered workers were read."""

NAMES = [f"pool{number}" for number in range(POOLS)]
FIRST = max(NAMES)
"""Of those that were read together, its turn comes last."""


def looked(seen: Snapshot, memory: Memory) -> Snapshot:
    """What a look sees that is given a memory, where one that reads everything sees `seen`."""
    within = Span(seen.taken_at - seconds(Policy().reread_after_seconds), seen.taken_at)
    bare = replace(seen, workers={}, memory=recent(memory, within))
    held = remembered_workers(bare, Policy())
    read = replace(bare, workers={id: known for id, known in seen.workers.items() if id not in held})
    cheap = leaving_workers(with_remembered(read, held), held)
    return replace(cheap, memory=left_by(cheap.memory, cheap.taken_at))


def minutes(seed: int, *, has_foreman: bool) -> Iterator[tuple[Snapshot, Snapshot]]:
    """Minute by minute, what a look sees that reads everything, and what one does that remembers."""
    chance, memory = Random(seed), NOTHING_KNOWN
    estate = Estate(POOLS, chance, has_foreman=has_foreman)
    for _ in range(MINUTES):
        full = estate.seen()
        cheap = looked(full, memory)
        memory = cheap.memory
        yield full, cheap
        estate.happen()
        estate.pass_time(chance.choice((30, 60, 60, 90)))


def found(seen: Snapshot) -> list[Finding]:
    return diagnose(Scene(seen, Policy(), seen.taken_at))


def accused(findings: Sequence[Finding]) -> set[str]:
    return {each.fingerprint for each in findings if each.severity is not Severity.INFO}


def told_of(findings: Sequence[Finding], pools: set[str]) -> list[tuple[str, Severity, str]]:
    return [(each.fingerprint, each.severity, each.title) for each in findings if each.pool_name in pools]


def has_flipped(seen: Snapshot, pool: Pool) -> bool:
    return pool.status == "NOT_READY" and not Scene(seen, Policy(), seen.taken_at).live_workers(pool)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("has_foreman", [True, False], ids=["", "its Foreman is dead"])
def test_a_look_that_remembers_accuses_nobody_whom_a_full_one_does_not(seed: int, *, has_foreman: bool) -> None:
    for full, cheap in minutes(seed, has_foreman=has_foreman):
        assert accused(found(cheap)) - {each.fingerprint for each in found(full)} == set()


@pytest.mark.parametrize("seed", range(6))
def test_it_finds_the_same_where_work_is_due_or_the_server_says_that_nobody_works(seed: int) -> None:
    for full, cheap in minutes(seed, has_foreman=True):
        late = (run for run in (*full.waiting, *full.active) if run.overdue_seconds(full.taken_at) > 15)
        due = {run.pool_name for run in late if run.pool_name}
        pools = due | {pool.name for pool in full.pools if has_flipped(full, pool)}
        assert told_of(found(cheap), pools) == told_of(found(full), pools)


@pytest.mark.parametrize("seed", range(3))
def test_every_pool_is_read_again_in_time_and_not_all_at_once(seed: int) -> None:
    looks = list(minutes(seed, has_foreman=True))[1:]
    asked = [sum(pool.id not in cheap.workers_read_at for pool in cheap.pools) for _, cheap in looks]
    oldest = [min(cheap.workers_read_at.values(), default=cheap.taken_at) for _, cheap in looks]
    assert all(cheap.taken_at - at <= seconds(600) for (_, cheap), at in zip(looks, oldest, strict=True))
    assert sum(asked) < 0.8 * POOLS * len(looks)


def crew(name: str, **deviations: Any) -> list[Worker]:
    """Two workers as they were read then."""
    made = (worker(f"{name}-{number}", name, created=7200, **deviations) for number in (1, 2))
    return [replace(each, last_heartbeat=(each.last_heartbeat or NOW) - seconds(READ)) for each in made]


def memory(first: Sequence[Worker] | None = None, status: str = "READY", **deviations: Any) -> Memory:
    """The workers of all pools, those of the first as given."""
    known = {name: tuple(crew(name)) for name in NAMES} | ({FIRST: tuple(first)} if first is not None else {})
    rows = {name: pool(name) for name in NAMES} | {FIRST: pool(FIRST, status=status, **deviations)}
    return Memory(ago(READ), {rows[name].id: KnownWorkers(rows[name], ago(READ), known[name]) for name in NAMES})


def now(known: Memory, *, first: Pool | None = None, polled: Queue | None = None, **seen: Any) -> Snapshot:
    """All pools as a look sees them before it reads workers."""
    pools = [first or pool(FIRST), *(pool(name) for name in NAMES if name != FIRST)]
    queues = [polled or queue(pool=FIRST), *(queue(pool=name) for name in NAMES if name != FIRST)]
    return replace(snapshot(pools=pools, queues=queues, **seen), workers={}, memory=known)


def is_remembered(seen: Snapshot, own: Policy | None = None) -> bool:
    """Whether the workers of the first pool are; a long time makes nobody's turn come."""
    return f"pool-{FIRST}" in remembered_workers(seen, own or policy(reread_after_seconds=3600))


DEAD = [replace(each, status="OFFLINE", last_heartbeat=ago(9000)) for each in crew(FIRST)]


def test_workers_of_whom_everything_speaks_are_remembered_as_if_they_were_heard_ever_since() -> None:
    known = memory(crew(FIRST) + DEAD[:1])
    seen = with_remembered(now(known), remembered_workers(now(known), policy(reread_after_seconds=3600)))
    assert is_remembered(now(known))
    heard = [each.last_heartbeat for each in seen.workers[f"pool-{FIRST}"]]
    assert heard == [ago(5), ago(5), ago(9000)]


@pytest.mark.parametrize(
    "seen",
    [
        now(memory(), first=pool(FIRST, status="NOT_READY")),
        now(memory(), first=pool(FIRST, is_paused=True)),
        now(memory(), first=pool(FIRST, type="kubernetes")),
        now(memory(), waiting=[run(pool=FIRST, overdue=16)]),
        now(memory(), active=[pending(pool=FIRST, since=310)]),
        now(memory(), active=[running(pool=FIRST, worker="somebody new")]),
        now(memory(), worker_events=(worker_event(pool=FIRST, ago=600),)),
        now(memory(), polled=queue(pool=FIRST, silent=70)),
        now(memory(), polled=queue(pool=FIRST, silent=None)),
        now(memory(crew(FIRST, silent=70))),
        now(memory([replace(each, status="OFFLINE") for each in crew(FIRST)])),
        now(memory([*crew(FIRST), replace(DEAD[0], status="ONLINE")])),
        now(memory([*crew(FIRST), DEAD[0]]), waiting=[run(pool=FIRST, overdue=30)]),
        now(memory(DEAD)),
        now(memory([])),
        now(memory([replace(each, created=ago(READ + 60)) for each in crew(FIRST)])),
        now(memory([*crew(FIRST), replace(DEAD[0], created=ago(800))])),
    ],
    ids=[
        *(
            "its status",
            "it is paused",
            "its type",
            "a run is overdue",
            "a run is stuck",
            "a worker that is new",
        ),
        *("a worker that came", "silent queues", "a queue never polled", "a worker that grows silent"),
        *("a status ahead of its heartbeat", "a status behind its heartbeat", "dead and due", "all dead and READY"),
        *("nobody and READY", "young workers", "a short life"),
    ],
)
def test_a_pool_is_read_again_when_anything_contradicts(seen: Snapshot) -> None:
    assert not is_remembered(seen)


def test_a_run_that_is_being_started_is_no_reason_to_read_a_pool_again() -> None:
    starting = [
        pending(pool=FIRST, since=290),
        replace(pending(pool=FIRST, since=600), state_name="InfrastructurePending"),
    ]
    assert is_remembered(now(memory(), active=starting))


def test_a_worker_that_never_said_it_started_is_read_again_once_its_run_runs_for_long() -> None:
    name = crew(FIRST)[0].name
    said_so = (worker_event(name, FIRST, ago=7000),)
    long = [running(pool=FIRST, worker=name, since=550)]
    assert is_remembered(now(memory(), active=[running(pool=FIRST, worker=name, since=530)]))
    assert not is_remembered(now(memory(), active=long))
    assert is_remembered(now(memory(), active=long, worker_events=said_so))
    assert is_remembered(now(memory(), active=long, heartbeats=heard(long[0], 20)))
    assert is_remembered(now(memory(), active=long, worker_events_since=ago(7000)))


def test_a_paused_pool_is_read_again_when_somebody_dies_or_comes_and_not_since_work_waits_for_the_pause() -> None:
    paused, due = pool(FIRST, status="PAUSED", is_paused=True), [run(pool=FIRST, overdue=600)]
    alive, dead = memory(status="PAUSED", is_paused=True), memory(DEAD, "PAUSED", is_paused=True)
    silent = queue(pool=FIRST, silent=9000)
    assert is_remembered(now(alive, first=paused, waiting=due))
    assert not is_remembered(now(alive, first=paused, polled=silent, waiting=due))
    assert is_remembered(now(dead, first=paused, polled=silent, waiting=due))
    assert not is_remembered(now(dead, first=paused, polled=queue(pool=FIRST, silent=60), waiting=due))


def test_a_dead_worker_that_has_a_run_is_read_again_before_it_is_accused() -> None:
    lost = replace(DEAD[0], name="lost")
    known = memory([*crew(FIRST), lost])
    assert is_remembered(now(known))
    assert not is_remembered(now(known, active=[running(pool=FIRST, worker="lost")]))


@pytest.mark.parametrize("workers", [DEAD, []], ids=["dead", "none"])
def test_a_dead_pool_stays_dead_while_the_server_says_so_even_with_work_that_is_due(workers: list[Worker]) -> None:
    silent, down = queue(pool=FIRST, silent=9000), pool(FIRST, status="NOT_READY")
    known = memory(workers, "NOT_READY")
    due = [run(pool=FIRST, overdue=600)]
    assert is_remembered(now(known, first=down, polled=silent, waiting=due))
    assert not is_remembered(now(known, first=down, polled=queue(pool=FIRST, silent=60), waiting=due))
    assert not is_remembered(now(known, first=pool(FIRST), polled=silent, waiting=due))


@pytest.mark.parametrize("what", ["waiting runs", "active runs", "work queues", "starts of workers"])
def test_where_a_witness_is_missing_nothing_is_remembered(what: str) -> None:
    assert remembered_workers(now(memory(), missing=[unseen(what)]), policy()) == {}


def test_nothing_is_remembered_where_the_policy_says_so_or_of_few_pools() -> None:
    few = replace(now(memory()), pools=now(memory()).pools[:FEW_POOLS])
    assert remembered_workers(now(memory()), policy(reread_after_seconds=0)) == {}
    assert remembered_workers(few, policy()) == {}


def test_the_age_of_what_was_remembered_is_told_beside_it() -> None:
    seen = now(memory())
    shown = read_pools(Scene(with_remembered(seen, remembered_workers(seen, policy())), policy(), NOW), [])
    ages = {reading.workers_age_seconds for reading in shown if reading.workers_online == 2}
    assert ages == {READ}
