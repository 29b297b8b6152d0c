"""What a look does not ask for could not have changed what it finds and shows, over generated estates."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import Holder, Queue
from lifeguard.findings import Finding, PoolReading
from lifeguard.observe.queue_starts import served_pools, silent_queues
from lifeguard.observe.slots import worth_a_call
from lifeguard.snapshot import ACTIVE_RUNS, Snapshot
from tests.builders import pending, policy, pool, queue, run, running, scene, snapshot, unseen
from tests.diagnose.test_properties import estates, many


def judged(seen: Snapshot) -> tuple[list[Finding], list[PoolReading]]:
    """What is found in a picture, and what is shown of its pools."""
    whole = scene(seen)
    findings = diagnose(whole)
    return findings, read_pools(whole, findings)


@many
@given(estates, st.data())
def test_the_starts_of_queues_nobody_could_serve_change_nothing(seen: Snapshot, data: st.DataObject) -> None:
    silent, served = silent_queues(seen, policy()), served_pools(seen)
    asked = {each.id: data.draw(st.integers(0, 2)) for each in silent}
    fewer = {each.id: asked[each.id] for each in silent if each.pool_id in served}
    assert judged(replace(seen, queue_starts=fewer)) == judged(replace(seen, queue_starts=asked))


def listed(seen: Snapshot, data: st.DataObject) -> Snapshot:
    """The picture with what the server's lists tell of slots: of queues, with some CANCELLING runs among them."""
    taken = Counter(each.queue_id for each in seen.active)
    pools = Counter(each.pool_id for each in seen.active)

    def told(each: Queue) -> Queue:
        more = data.draw(st.integers(0, 1))
        return replace(each, active_slots=None, slots_at_most=taken[each.id] + more if each.concurrency_limit else None)

    limited = tuple(
        replace(p, active_slots=pools[p.id] if p.concurrency_limit is not None else None) for p in seen.pools
    )
    return replace(seen, pools=limited, queues=tuple(map(told, seen.queues)))


def with_holders(seen: Snapshot, asked: set[str]) -> Snapshot:
    """The picture with what the server answers of these pools: who holds slots, and how many are taken in each queue."""
    taken = Counter(each.queue_id for each in seen.active)
    held = {
        id: tuple(
            Holder(r.id, r.name, r.queue_id or "", r.state_name, r.state_since) for r in seen.active if r.pool_id == id
        )
        for id in asked
    }
    queues = tuple(replace(q, active_slots=taken[q.id]) if q.pool_id in asked else q for q in seen.queues)
    return replace(seen, holders=held, queues=queues)


@many
@given(estates, st.data())
def test_the_holders_of_slots_that_nobody_waits_for_change_nothing(seen: Snapshot, data: st.DataObject) -> None:
    seen = listed(seen, data)
    everywhere = with_holders(seen, {each.id for each in seen.pools})
    assert judged(with_holders(seen, worth_a_call(seen))) == judged(everywhere)


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
