"""A look in parts finds what a look in one finds, whatever is in the estate; and a part that is lost accuses nobody."""

from dataclasses import fields, replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lifeguard.diagnose.verdicts import read_pools
from lifeguard.findings import BLIND_CODES, Resource, Verdict
from lifeguard.happenings import WorkerEvent
from lifeguard.letters import Unreadable
from lifeguard.parts.letter import form, read, written
from lifeguard.parts.share import Share, split, with_bounds
from lifeguard.parts.together import lost, together
from lifeguard.policy import Policy
from lifeguard.record.sight import sight_of
from lifeguard.signatures.sign import Sign, Stamp
from lifeguard.snapshot import Answers, Missing, Snapshot
from tests.builders import NOW, finding, judged, judgement, policy, pool, run, running, scene, snapshot
from tests.diagnose.test_properties import estates
from tests.diagnose.test_properties import many as as_many
from tests.parts.estates import in_parts, seen_by, shares_of

many = settings(as_many, max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
HOSTILE = "etl'; DROP\x00 `rm` {{ x }} | \u202e\U0001f9ea\n<b>"


@many
@given(estates, st.integers(2, 3))
def test_parts_together_find_what_one_look_finds(seen: Snapshot, parts: int) -> None:
    joined = in_parts(seen, [seen_by(share, seen) for share in shares_of(seen, parts)])
    assert judged(joined) == judged(seen)
    assert read_pools(scene(joined), judged(joined)) == read_pools(scene(seen), judged(seen))


@many
@given(estates, st.integers(0, 2))
def test_a_lost_part_accuses_nobody(seen: Snapshot, gone: int) -> None:
    shares = shares_of(seen, 3)
    pieces = [lost(share, "x") if share is shares[gone] else seen_by(share, seen) for share in shares]
    joined = in_parts(seen, pieces)
    assert accusations(joined) - accusations(seen) == set()
    assert [numbers for numbers in of_pool(joined, shares[gone]) if numbers != (None,) * 5] == []


@many
@given(estates)
def test_what_is_written_is_what_is_read(seen: Snapshot) -> None:
    share = Share(1, 2, policy(ignore_pools=("x-*",), pools={"etl": {"look_ahead_seconds": 5}}), seen, 3)
    assert read(written(share), form()) == share


def accusations(seen: Snapshot) -> set[str]:
    return {finding.fingerprint for finding in judged(seen) if finding.code not in BLIND_CODES}


def of_pool(seen: Snapshot, share: Share) -> list[tuple[int | None, ...]]:
    """What is said of the runs of the pools of a share."""
    own = {pool.id for pool in share.picture.pools}
    readings = [each for each in read_pools(scene(seen), judged(seen)) if each.id in own]
    return [(each.overdue, each.pending, each.running, each.waiting_for_slot, each.has_demand) for each in readings]


def test_every_pool_is_in_one_part_and_parts_are_about_equal() -> None:
    whole = snapshot(pools=[pool(f"pool-{number}") for number in range(11)])
    shares = split(whole, Policy(), 4)
    assert sorted(len(share.picture.pools) for share in shares) == [2, 3, 3, 3]
    assert {each.id for share in shares for each in share.picture.pools} == {each.id for each in whole.pools}


def test_there_are_no_more_parts_than_pools() -> None:
    assert [share.name for share in split(snapshot(), Policy(), 4)] == ["part 1 of 1"]


def test_parts_and_patrol_keep_within_what_one_look_may_cost() -> None:
    bounds = with_bounds(Policy(concurrency=8, call_ceiling=5000), 4, 4500)
    assert (bounds.concurrency, bounds.call_ceiling) == (2, 900)


def test_a_part_stops_asking_before_the_patrol_stops_waiting_for_it() -> None:
    bounds = with_bounds(Policy(look_within_seconds=240, parts_within_seconds=100), 4, 4500)
    assert bounds.look_within_seconds == 75


def test_a_lost_part_makes_its_pools_unknown_and_the_look_partial() -> None:
    seen = snapshot(pools=[pool("etl"), pool("ml")], workers=None)
    shares = split(seen, Policy(), 2)
    kept = next(share for share in shares if share.picture.pools[0].name == "ml")
    gone = next(share for share in shares if share is not kept)
    joined = in_parts(seen, [seen_by(kept, seen), lost(gone, "its run 'part-1-of-2' ended as Crashed")])
    assert {each.name: each.verdict for each in read_pools(scene(joined), judged(joined))} == {
        "etl": Verdict.UNKNOWN,
        "ml": Verdict.HEALTHY,
    }
    assert (joined.is_complete, [each.code for each in judged(joined)]) == (False, ["pool-observation-failed"])


def test_a_lost_part_denies_nothing_of_its_pools_and_of_what_is_no_pools() -> None:
    gone = Missing("workers and runs", "part 1 of 2 was lost", "pool-etl", "etl")
    seen = replace(snapshot(pools=[pool("etl"), pool("ml")]), missing=(gone,))
    covers = sight_of(judgement(seen)).covers
    of_the_server = replace(
        finding("late-runs-service-stalled"), resource=Resource("server", "api", "api"), evidence={}
    )
    assert [covers(each) for each in (finding(pool="etl"), finding(pool="ml"), of_the_server)] == [False, True, False]


def test_a_run_that_moved_between_the_parts_is_there_once_and_has_begun() -> None:
    waits, runs = run("moved", "etl", overdue=60), running("moved", "ml")
    runs = replace(runs, id=waits.id)
    pieces = [snapshot(pools=[pool("etl")], waiting=[waits]), snapshot(pools=[pool("ml")], active=[runs])]
    joined = together(snapshot(), pieces)
    assert (joined.waiting, joined.active) == ((), (runs,))


def test_a_pool_that_a_part_no_longer_found_is_gone() -> None:
    whole = snapshot(pools=[pool("etl"), pool("ml")])
    assert [each.name for each in together(whole, [snapshot(pools=[pool("ml")])]).pools] == ["ml"]


def test_every_field_of_a_picture_is_put_together_or_the_wholes_own() -> None:
    of_the_whole = {"server", "taken_at", "services", "answers", "api_calls", "memory", "worker_events_since"}
    joined = {
        each.name for each in fields(Snapshot) if isinstance(getattr(snapshot(), each.name), (tuple, frozenset, dict))
    }
    assert {each.name for each in fields(Snapshot)} - joined == of_the_whole


def test_names_of_any_kind_and_every_kind_of_fact_come_back_as_they_were() -> None:
    sign = Sign("s", "c", "log", 1, HOSTILE, Stamp("12:00", NOW), workers=frozenset({HOSTILE}))
    event = WorkerEvent(HOSTILE, "pool-etl", NOW, is_start=True, version="3.9.1")
    seen = replace(
        snapshot(pools=[pool(HOSTILE)]), answers=Answers({429: 2}, {429: 1}), signs=(sign,), worker_events=(event,)
    )
    share = Share(2, 4, Policy(), seen)
    assert read(written(share), form()) == share


@pytest.mark.parametrize(
    ("letter", "its_form"), [("", None), ("!!!", None), ("bm90aGluZw==", None), (None, "another")], ids=repr
)
def test_what_is_no_share_is_said_to_be_none(letter: str | None, its_form: str | None) -> None:
    whole = written(Share(1, 2, Policy(), snapshot()))
    with pytest.raises(Unreadable):
        read(whole if letter is None else letter, its_form or form())


def test_answers_are_added_up() -> None:
    assert Answers({429: 1}, {429: 1}) + Answers({429: 2, 503: 1}) == Answers({429: 3, 503: 1}, {429: 1})
