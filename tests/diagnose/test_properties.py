"""What holds for every estate, whatever is in it: the diagnosis never crashes, guesses, or depends on the order of facts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import Deployment, Leak, Limit, Pool, Queue, Run, StoppedSchedule, TaskWait, Worker
from lifeguard.findings import CATALOGUE, Finding, Severity
from lifeguard.happenings import WorkerEvent
from lifeguard.pods import PodEvent
from lifeguard.services import ServicesSeen
from lifeguard.snapshot import Missing, Snapshot
from tests.builders import (
    ago,
    cancelled,
    cancelling,
    crashed,
    deployment,
    heard,
    judged,
    limit,
    paused,
    pending,
    pod_event,
    policy,
    pool,
    queue,
    refused,
    retrying,
    run,
    running,
    scene,
    served,
    snapshot,
    stored,
    unmade,
    worker,
    worker_event,
)

T = TypeVar("T")
many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
POOLS = ("etl", "ml", "reports")
QUEUES = ("default", "express")
TYPES = ("process", "process", "process", "kubernetes", "prefect-agent", "cloud-run:push", "prefect:managed")
AGES = (-3600, -600, -10, 5, 20, 70, 400, 4000)
STATES = ("Pending", "Submitting", "InfrastructurePending")


def some(things: tuple[T, ...]) -> st.SearchStrategy[T]:
    return st.sampled_from(things)


slots = st.none() | st.integers(0, 3)


@st.composite
def pools(draw: st.DrawFn, name: str) -> Pool:
    return pool(name, type=draw(some(TYPES)), is_paused=draw(rarely), limit=draw(slots), active_slots=draw(slots))


rarely = st.integers(0, 4).map(lambda number: number == 0)


@st.composite
def queues(draw: st.DrawFn, pool: str, name: str) -> Queue:
    silent = draw(st.none() | some((5, 100, 4000)))
    return queue(name, pool, silent=silent, is_paused=draw(rarely), limit=draw(slots), active_slots=draw(slots))


@st.composite
def workers(draw: st.DrawFn, pool: str, name: str) -> Worker:
    silent = draw(st.none() | some((5, 80, 100, 4000)))
    heard = worker(name, pool, silent=silent, created=draw(some((5, 3600))), heartbeat=draw(st.none() | some((1, 30))))
    return replace(heard, status=draw(some(("ONLINE", "OFFLINE"))))


@st.composite
def waiting_runs(draw: st.DrawFn, pool: str, number: int) -> Run:
    name, due = f"w{number}-of-{pool}", draw(some(AGES))
    target = f"{pool}-{draw(st.integers(0, 1))}"
    parent = draw(st.none() | some((f"task-of-a0-of-{pool}", "task-of-nobody")))
    tags = ("lifeguard",) if draw(rarely) else ()
    if draw(rarely):
        tries = draw(some((-100, 20)))
        return refused(name, pool, waits=abs(due), tries_again_in=tries, deployment=target, parent_task=parent)
    chosen, state = draw(st.none() | some(QUEUES)), "Scheduled" if draw(rarely) else None
    return run(name, pool, overdue=due, queue=chosen, deployment=target, tags=tags, parent_task=parent, state=state)


@st.composite
def active_runs(draw: st.DrawFn, pool: str, number: int) -> Run:
    name, since = f"a{number}-of-{pool}", draw(some((5, 70, 400, 4000)))
    target, chosen = f"{pool}-{draw(st.integers(0, 1))}", draw(some(QUEUES))
    who = draw(st.none() | some(("ann", "bob")))
    if draw(st.booleans()):
        begun = running(name, pool, since=since, queue=chosen, deployment=target, worker=who)
        return replace(begun, infrastructure_id=f"jobs:{name}")
    claimed = pending(name, pool, since=since, state=draw(some(STATES)), queue=chosen, deployment=target, worker=who)
    return replace(claimed, infrastructure_id=f"jobs:{name}") if draw(st.booleans()) else claimed


@st.composite
def ended_runs(draw: st.DrawFn, pool: str, number: int) -> Run:
    build = draw(some((crashed, cancelled)))
    return build(f"e{number}-of-{pool}", pool, ended=draw(some((30, 600))), deployment=f"{pool}-0")


@st.composite
def deployments(draw: st.DrawFn, pool: str, number: int) -> tuple[Deployment, Limit | None]:
    name = f"{pool}-{number}"
    own = limit(f"deployment:deployment-{name}", draw(st.integers(0, 2)), active=draw(st.integers(0, 2)))
    return deployment(name, pool, collision_strategy=draw(some(("ENQUEUE", "CANCEL_NEW")))), draw(
        st.none() | st.just(own)
    )


def several(number: int, build: Callable[[int], st.SearchStrategy[T]]) -> st.SearchStrategy[list[T]]:
    """So many at most, each built with its number."""
    return st.integers(0, number).flatmap(lambda size: st.tuples(*map(build, range(size))).map(list))


@st.composite
def parts(draw: st.DrawFn, name: str) -> Snapshot:
    """One pool with all that belongs to it, as a snapshot of its own."""
    active = draw(several(3, lambda number: active_runs(name, number)))
    owned = [draw(deployments(name, number)) for number in range(2)]
    tag = limit(f"tag:tag-of-{name}", draw(st.integers(0, 2)), active=draw(st.integers(0, 2)))
    waits = [TaskWait(f"tag-of-{name}", each.id, 2, ago(400)) for each in active if each.is_running and draw(rarely)]
    return snapshot(
        pools=[draw(pools(name))],
        queues=[draw(queues(name, each)) for each in draw(st.sets(some(QUEUES)))],
        workers=[draw(workers(name, each)) for each in draw(st.sets(some(("ann", "bob"))))],
        waiting=draw(several(4, lambda number: waiting_runs(name, number))),
        active=active,
        ended=draw(several(4, lambda number: ended_runs(name, number))),
        cancelling=[cancelling(f"c-of-{name}", name, since=draw(some((60, 4000))))] if draw(rarely) else [],
        limits=[each for _, each in owned if each] + [tag],
        deployments=[each for each, _ in owned],
        task_waits=waits,
        parents={f"task-of-{each.name}": each.id for each in active},
        progressing=[each.id for each in active if draw(rarely)],
        queue_starts={f"queue-{name}-{each}": 1 for each in QUEUES if draw(rarely)},
        last_starts={f"deployment-{name}-0": ago(300)} if draw(st.booleans()) else {},
        **draw(of_runs_and_limits(name, active)),
    )


@st.composite
def events_of_workers(draw: st.DrawFn, name: str) -> tuple[WorkerEvent, ...]:
    """Starts and ends by time; the server tells them in no other order."""
    return tuple(
        worker_event(
            draw(some(("ann", "bob"))),
            name,
            ago=each,
            ended=draw(rarely),
            type=draw(some(("process", "docker"))),
            version=draw(some(("3.9.1", "3.10.0", "odd"))),
        )
        for each in (800, 400, 300, 150, 5)
        if draw(st.booleans())
    )


@st.composite
def words_of_pod(draw: st.DrawFn, run: Run) -> PodEvent:
    """What the observer of Kubernetes said last of its pod."""
    diagnosis, phase = draw(some((None, "Unschedulable", "ImagePullError", "Odd"))), draw(some(("pending", "running")))
    return pod_event(run, phase, ago=draw(some((5, 400))), diagnosis=diagnosis)


@st.composite
def of_runs_and_limits(draw: st.DrawFn, name: str, active: list[Run]) -> dict[str, Any]:
    """What is only seen where something is suspected."""
    retry = replace(retrying(f"r-of-{name}", due=draw(some((-60, 70, 700))), deployment=f"{name}-0"), pool_name=name)
    waits = replace(
        paused(f"p-of-{name}", suspended=draw(rarely)), deployment_id=f"deployment-{name}-0", pool_name=name
    )
    suspects = [each for each in (*active, retry, waits) if draw(st.booleans())]
    return {
        "retrying": (retry,) if draw(rarely) else (),
        "paused": (waits,) if draw(rarely) else (),
        "heartbeats": {each.id: heard(each, draw(some((5, 700, 4000))))[each.id] for each in suspects},
        "leaks": (Leak(f"tag:tag-of-{name}", 2, 1), Leak(f"deployment:deployment-{name}-0", 2, 0))
        if draw(rarely)
        else (),
        "pod_events": tuple(draw(words_of_pod(each)) for each in suspects if draw(st.booleans())),
        "pods_asked": frozenset(each.id for each in active if not draw(rarely)),
        "caught_up": {f"pool-{name}": 5} if draw(rarely) else {},
        "worker_events": draw(events_of_workers(name)) if draw(rarely) else (),
        "stopped_schedules": (StoppedSchedule(f"deployment-{name}-1", draw(rarely), 1, ago(700), "s"),)
        if draw(rarely)
        else (),
    }


@st.composite
def poolless(draw: st.DrawFn) -> Snapshot:
    """A deployment that a process serves, or whose pool was deleted, and its runs."""
    alone = draw(some((served("alone"), served("alone", silent=4000), deployment("alone", None, has_queue=False))))
    waits = [run("w-alone", None, overdue=draw(some(AGES)), queue=None, deployment="alone")]
    held = [pending("a-alone", None, since=draw(some((5, 4000))), deployment="alone")] if draw(st.booleans()) else []
    refusals = [cancelled(f"e{number}-alone", None, deployment="alone") for number in range(draw(st.integers(0, 3)))]
    owed = (unmade(after=draw(some((0, 3000)))),) if draw(rarely) else ()
    services = ServicesSeen(owed, draw(st.none() | st.integers(0, 1).map(stored)))
    return snapshot(pools=[], deployments=[alone], waiting=waits, active=held, ended=refusals, services=services)


def together(pictures: list[Snapshot]) -> Snapshot:
    """One snapshot of several."""
    return replace(
        pictures[0],
        pools=tuple(each for picture in pictures for each in picture.pools),
        queues=tuple(each for picture in pictures for each in picture.queues),
        workers={key: value for picture in pictures for key, value in picture.workers.items()},
        waiting=tuple(each for picture in pictures for each in picture.waiting),
        active=tuple(each for picture in pictures for each in picture.active),
        ended=tuple(each for picture in pictures for each in picture.ended),
        cancelling=tuple(each for picture in pictures for each in picture.cancelling),
        services=pictures[-1].services,
        limits=tuple(each for picture in pictures for each in picture.limits),
        deployments={key: value for picture in pictures for key, value in picture.deployments.items()},
        task_waits=tuple(each for picture in pictures for each in picture.task_waits),
        parents={key: value for picture in pictures for key, value in picture.parents.items()},
        progressing=frozenset(each for picture in pictures for each in picture.progressing),
        queue_starts={key: value for picture in pictures for key, value in picture.queue_starts.items()},
        last_starts={key: value for picture in pictures for key, value in picture.last_starts.items()},
        retrying=tuple(each for picture in pictures for each in picture.retrying),
        paused=tuple(each for picture in pictures for each in picture.paused),
        heartbeats={key: value for picture in pictures for key, value in picture.heartbeats.items()},
        pod_events=tuple(each for picture in pictures for each in picture.pod_events),
        pods_asked=frozenset(each for picture in pictures for each in picture.pods_asked),
        leaks=tuple(each for picture in pictures for each in picture.leaks),
        caught_up={key: value for picture in pictures for key, value in picture.caught_up.items()},
        worker_events=tuple(each for picture in pictures for each in picture.worker_events),
        stopped_schedules=tuple(each for picture in pictures for each in picture.stopped_schedules),
    )


pieces = st.tuples(*map(parts, POOLS)).map(list)
estates = st.tuples(pieces, poolless()).map(lambda both: together([*both[0], both[1]]))


def shuffled(seen: Snapshot, data: st.DataObject) -> Snapshot:
    def mixed(things: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(data.draw(st.permutations(things)))

    return replace(
        seen,
        pools=mixed(seen.pools),
        queues=mixed(seen.queues),
        workers={id: mixed(seen.workers[id]) for id in mixed(tuple(seen.workers))},
        waiting=mixed(seen.waiting),
        active=mixed(seen.active),
        ended=mixed(seen.ended),
        cancelling=mixed(seen.cancelling),
        limits=mixed(seen.limits),
        deployments={id: seen.deployments[id] for id in mixed(tuple(seen.deployments))},
        retrying=mixed(seen.retrying),
        paused=mixed(seen.paused),
        leaks=mixed(seen.leaks),
        stopped_schedules=mixed(seen.stopped_schedules),
        task_waits=mixed(seen.task_waits),
        pod_events=mixed(seen.pod_events),
    )


@many
@given(estates)
def test_no_check_crashes(seen: Snapshot) -> None:
    assert [finding for finding in judged(seen) if finding.code == "check-crashed"] == []


@many
@given(estates)
def test_the_same_picture_is_always_judged_the_same(seen: Snapshot) -> None:
    assert judged(seen) == judged(seen)


@many
@given(estates, st.data())
def test_the_order_of_facts_does_not_matter(seen: Snapshot, data: st.DataObject) -> None:
    other = shuffled(seen, data)
    assert judged(other) == judged(seen)
    assert read_pools(scene(other), judged(other)) == read_pools(scene(seen), judged(seen))


@many
@given(estates)
def test_every_finding_is_in_the_catalogue_with_a_remedy_and_a_title(seen: Snapshot) -> None:
    findings = judged(seen)
    assert [f.code for f in findings if f.code not in CATALOGUE] == []
    assert [f.code for f in findings if not f.title or not f.remedy or not all(f.remedy)] == []


@many
@given(estates)
def test_no_two_findings_share_a_fingerprint(seen: Snapshot) -> None:
    fingerprints = [finding.fingerprint for finding in judged(seen)]
    assert len(set(fingerprints)) == len(fingerprints)


@many
@given(estates)
def test_what_is_explained_is_information(seen: Snapshot) -> None:
    assert {finding.severity for finding in judged(seen) if finding.caused_by} <= {Severity.INFO}


def lost_causes(findings: list[Finding]) -> list[Finding]:
    known = {finding.fingerprint for finding in findings}
    return [finding for finding in findings if finding.caused_by and finding.caused_by not in known]


@many
@given(pieces)
def test_the_cause_of_a_finding_is_a_finding(seen: list[Snapshot]) -> None:
    assert lost_causes(judged(together(seen))) == []


def test_the_cause_of_a_finding_is_a_finding_without_a_pool_too() -> None:
    stuck = pending("stuck", None, since=4000)
    refusals = [cancelled(f"clash-{number}", None) for number in range(3)]
    assert lost_causes(judged(snapshot(deployments=[served()], active=[stuck], ended=refusals))) == []


@many
@given(estates)
def test_a_cause_is_not_explained_itself(seen: Snapshot) -> None:
    findings = {finding.fingerprint: finding for finding in judged(seen)}
    causes = [findings[f.caused_by] for f in findings.values() if f.caused_by and f.caused_by in findings]
    assert [cause.fingerprint for cause in causes if cause.caused_by] == []


@many
@given(estates)
def test_runs_of_lifeguard_are_in_no_finding(seen: Snapshot) -> None:
    own = {each.id for each in (*seen.waiting, *seen.active) if "lifeguard" in each.tags}
    assert [finding.code for finding in judged(seen) if own & set(finding.run_ids)] == []


@many
@given(pieces, some(POOLS))
def test_a_pool_that_is_gone_changes_nothing_for_the_others(seen: list[Snapshot], gone: str) -> None:
    rest = [each for each in seen if each.pools[0].name != gone]
    about_others = [finding for finding in judged(together(seen)) if finding.pool_name not in (gone, None)]
    assert [finding for finding in judged(together(rest)) if finding.pool_name] == about_others


def without_pools(seen: Snapshot) -> Snapshot:
    return replace(
        seen,
        pools=(),
        queues=(),
        workers={},
        waiting=tuple(each for each in seen.waiting if not each.pool_name),
        retrying=(),
        paused=(),
        leaks=(),
        stopped_schedules=(),
        active=tuple(each for each in seen.active if not each.pool_name),
        ended=tuple(each for each in seen.ended if not each.pool_name),
        cancelling=(),
    )


def without_workers(seen: Snapshot) -> Snapshot:
    return replace(seen, workers={id: each for id, each in seen.workers.items() if id != "pool-etl"})


UNSEEN: dict[str, Callable[[Snapshot], Snapshot]] = {
    "work pools": without_pools,
    "workers": without_workers,
    "work queues": lambda seen: replace(seen, queues=()),
    "concurrency limits": lambda seen: replace(seen, limits=(), leaks=()),
    "waiting runs": lambda seen: replace(seen, waiting=(), retrying=()),
    "active runs": lambda seen: replace(seen, active=(), paused=(), cancelling=(), task_waits=()),
    "runs that ended before they started": lambda seen: replace(seen, ended=()),
    "deployments": lambda seen: replace(seen, deployments={}),
    "runs made ahead": lambda seen: replace(seen, services=replace(seen.services, unmade=())),
    "stored events": lambda seen: replace(seen, services=replace(seen.services, events=None)),
    "logs of pending runs": lambda seen: replace(seen, progressing=frozenset()),
    "last starts": lambda seen: replace(seen, last_starts={}),
    "starts of the work queue": lambda seen: replace(seen, queue_starts={}),
    "heartbeats of runs": lambda seen: replace(seen, heartbeats={}),
    "starts of workers": lambda seen: replace(seen, worker_events=()),
}
OF_ONE_POOL = ("workers",)


def accusations(seen: Snapshot) -> set[str]:
    return {finding.fingerprint for finding in judged(seen) if finding.code != "pool-observation-failed"}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_was_not_seen_accuses_nobody(what: str) -> None:
    @settings(many, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(estates)
    def holds(seen: Snapshot) -> None:
        owner = ("pool-etl", "etl") if what in OF_ONE_POOL else (None, None)
        blind = replace(UNSEEN[what](seen), missing=(Missing(what, "HTTP 500", *owner),))
        assert accusations(blind) - accusations(seen) == set()

    holds()


@many
@given(estates)
def test_the_numbers_of_a_pool_are_never_negative_or_lost(seen: Snapshot) -> None:
    readings = read_pools(scene(seen), judged(seen))
    assert [reading.name for reading in readings] == sorted(POOLS)
    numbers = [n for r in readings for n in (r.overdue, r.pending, r.running, r.waiting_for_slot) if n is not None]
    assert len(numbers) == 4 * len(POOLS) and min(numbers) >= 0


@many
@given(estates)
def test_a_longer_patience_accuses_nobody_more(seen: Snapshot) -> None:
    patient = policy(wait_warning_after_seconds=100_000, pause_critical_after_seconds=100_000)
    impatient = {f.fingerprint: f.severity.rank for f in judged(seen)}
    assert all(f.severity.rank <= impatient[f.fingerprint] for f in diagnose(scene(seen, patient)))


def test_the_random_estates_are_ill_in_many_ways() -> None:
    reached: set[str] = set()

    @settings(many, max_examples=150)
    @given(estates)
    def collect(seen: Snapshot) -> None:
        reached.update(finding.code for finding in judged(seen))

    collect()
    assert len(reached) >= 12
