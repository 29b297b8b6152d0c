"""What a look does not ask for could not have changed what it finds and shows, over generated estates."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import Holder
from lifeguard.findings import Finding, PoolReading
from lifeguard.observe.queue_starts import served_pools, silent_queues
from lifeguard.observe.slots import worth_a_call
from lifeguard.snapshot import ACTIVE_RUNS, Snapshot
from tests.builders import ago, pending, policy, pool, queue, run, running, scene, snapshot, unseen, worker
from tests.diagnose.test_properties import POOLS, QUEUES, estates, many


def judged(seen: Snapshot) -> tuple[list[Finding], list[PoolReading]]:
    """What is found in a picture, and what is shown of its pools."""
    whole = scene(seen)
    findings = diagnose(whole)
    return findings, [_limited(each) for each in read_pools(whole, findings)]


def _limited(reading: PoolReading) -> PoolReading:
    """With those of its queues alone that have a limit: of others, the active runs that are seen are the number shown."""
    return replace(reading, queues=tuple(each for each in reading.queues if each.concurrency_limit is not None))


@st.composite
def long_silent(draw: st.DrawFn) -> Snapshot:
    """An estate of a worker in each pool, dead or alive, with queues that were all polled once and no more."""
    seen = draw(estates)
    queues = (replace(each, last_polled=ago(4000), priority=place) for place, each in enumerate(seen.queues))
    workers = {each.id: (worker(pool=each.name, silent=draw(st.sampled_from((5, 4000)))),) for each in seen.pools}
    return replace(seen, queues=tuple(queues), workers=workers, queue_starts={})


@many
@given(long_silent(), st.data())
def test_the_starts_of_queues_nobody_could_serve_change_nothing(seen: Snapshot, data: st.DataObject) -> None:
    silent, served = silent_queues(seen, policy()), served_pools(seen)
    asked = {each.id: data.draw(st.integers(0, 2)) for each in silent}
    fewer = {each.id: asked[each.id] for each in silent if each.pool_id in served}
    assert judged(replace(seen, queue_starts=fewer)) == judged(replace(seen, queue_starts=asked))


@dataclass(frozen=True, slots=True)
class Slots:
    """What takes slots of queues and is not among the runs that are seen: some runs hold one, CANCELLING ones do not."""

    hidden: Counter[str]
    cancelling: Counter[str]

    def taken(self, seen: Snapshot) -> Counter[str | None]:
        """The slots that are taken, by queue."""
        return Counter(each.queue_id for each in seen.active) + Counter[str | None](self.hidden)

    def listed(self, seen: Snapshot) -> Snapshot:
        """The picture with what the server's lists tell of them."""
        taken = self.taken(seen)
        queues = (
            replace(q, active_slots=None, slots_at_most=taken[q.id] + self.cancelling[q.id])
            if q.concurrency_limit is not None
            else q
            for q in seen.queues
        )
        of_pool = Counter[str]()
        for each in seen.queues:
            of_pool[each.pool_id] += taken[each.id]
        pools = (replace(p, active_slots=None if p.concurrency_limit is None else of_pool[p.id]) for p in seen.pools)
        return replace(seen, queues=tuple(queues), pools=tuple(pools))

    def answered(self, seen: Snapshot, asked: set[str]) -> Snapshot:
        """The picture with what the server answers of these pools: who holds slots, and how many in each queue."""
        taken = self.taken(seen)
        queues = (replace(q, active_slots=taken[q.id]) if q.pool_id in asked else q for q in seen.queues)
        held = {id: tuple(self._holders(seen, id)) for id in asked}
        return replace(seen, holders=held, queues=tuple(queues))

    def _holders(self, seen: Snapshot, pool: str) -> Iterator[Holder]:
        for each in seen.active:
            if each.pool_id == pool and each.queue_id:
                yield Holder(each.id, each.name, each.queue_id, each.state_name, each.state_since)
        for its in seen.queues:
            if its.pool_id == pool and self.hidden[its.id]:
                yield Holder(f"hidden-{its.id}", "hidden", its.id, "Running", ago(9000))


QUEUE_IDS = [f"queue-{pool}-{name}" for pool in POOLS for name in QUEUES]
of_queues = st.dictionaries(st.sampled_from(QUEUE_IDS), st.integers(0, 1)).map(Counter[str])


@many
@given(estates, st.builds(Slots, of_queues, of_queues))
def test_the_holders_of_slots_that_nobody_waits_for_change_nothing(seen: Snapshot, slots: Slots) -> None:
    seen = slots.listed(seen)
    everywhere = slots.answered(seen, {each.id for each in seen.pools})
    assert judged(slots.answered(seen, worth_a_call(seen))) == judged(everywhere)


def of_queue(at_most: int | None, **more: object) -> Snapshot:
    """A queue of two slots, one of which is taken by a run that is seen, and what the server tells of it."""
    limited = replace(queue(limit=2), slots_at_most=at_most)
    return replace(snapshot(queues=[limited], active=[running("first", since=30)]), **more)


def test_a_queue_with_a_free_slot_costs_no_call() -> None:
    assert worth_a_call(of_queue(1, waiting=(run(overdue=60),))) == set()


def test_a_full_queue_for_which_nobody_waits_costs_no_call() -> None:
    assert worth_a_call(of_queue(2, active=(running("first", since=30), pending("second", since=5)))) == set()


def test_a_queue_that_is_full_for_somebody_is_asked_about() -> None:
    both = (running("first", since=30), pending("second", since=5))
    assert worth_a_call(of_queue(2, active=both, waiting=(run(overdue=60),))) == {"pool-etl"}


def test_a_queue_of_which_the_server_tells_more_slots_than_are_seen_is_asked_about() -> None:
    assert worth_a_call(of_queue(2)) == {"pool-etl"}


def test_a_queue_of_which_the_server_tells_no_slots_is_asked_about() -> None:
    assert worth_a_call(of_queue(None)) == {"pool-etl"}


def test_where_active_runs_are_not_seen_every_limited_queue_is_asked_about() -> None:
    assert worth_a_call(of_queue(0, active=(), missing=(unseen(ACTIVE_RUNS),))) == {"pool-etl"}


def test_a_full_pool_is_asked_about_only_where_somebody_waits() -> None:
    full = snapshot(pools=[pool(limit=1, active_slots=1)], active=[running("first", since=30)])
    assert worth_a_call(full) == set()
    assert worth_a_call(replace(full, waiting=(run(overdue=60),))) == {"pool-etl"}
