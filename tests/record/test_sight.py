"""What a look covers: absence in a look that could not have seen it proves nothing, and what it did see does."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from lifeguard.facts import Server
from lifeguard.findings import CATALOGUE, Finding, Resource, ResourceKind
from lifeguard.observe.server import CLOUD_LACKS
from lifeguard.record.sight import Sight, sight_of
from lifeguard.services import RUNS_MADE_AHEAD, STORED_EVENTS
from lifeguard.snapshot import (
    HEARTBEATS,
    LOST_LEASES,
    PARENTS_OF_SUBFLOWS,
    SCHEDULES,
    SLOT_HOLDERS,
    SLOT_LEAKS,
    TAG_LEASES,
    TAGGED_TASK_RUNS,
    WORKER_EVENTS,
    Missing,
    Snapshot,
)
from tests.builders import API_URL, finding, judgement, pool, snapshot, unseen
from tests.record.story import Story

OLD_SERVER_LACKS = (unseen("slots in use", essential=False), unseen("server version", essential=False))
GONE, SICK = Server(API_URL, reachable=False), Server(API_URL, version="3.9.1", ready=False)


def about(kind: ResourceKind, code: str = "deployment-limit-waiting", *, pool: str | None = None) -> Finding:
    evidence = {"work_pool": pool} if pool else {}
    return replace(finding(code), resource=Resource(kind, "some-id", "some name"), evidence=evidence)


ETL, ML, NO_POOL = finding(), finding(pool="ml"), about("deployment")
UNREACHABLE, NOT_READY = about("server", "api-unreachable"), about("server", "server-not-ready")
OUR_OWN = about("lifeguard", "check-crashed")
ALL = (ETL, ML, NO_POOL, UNREACHABLE, NOT_READY, OUR_OWN)


def sight(seen: Snapshot | None = None, *, only: Iterable[str] = (), found: Iterable[Finding] = ()) -> Sight:
    return sight_of(judgement(seen, findings=list(found), only=only))


def lacking(*missing: Missing) -> Sight:
    return sight(snapshot(missing=missing))


def covered(own: Sight) -> list[Finding]:
    return [each for each in ALL if own.covers(each)]


def crash_of(code: str) -> Finding:
    return replace(OUR_OWN, resource=Resource("lifeguard", code, code))


def test_a_complete_look_covers_everything() -> None:
    assert covered(sight()) == list(ALL)


def test_a_look_at_one_pool_covers_that_pool_and_the_server() -> None:
    assert covered(sight(only=["etl"])) == [ETL, UNREACHABLE, NOT_READY]


def test_a_look_at_one_pool_covers_what_names_that_pool_in_its_evidence() -> None:
    own = sight(only=["etl"])
    assert [own.covers(about("work-queue", pool=name)) for name in ("etl", "ml")] == [True, False]


def test_a_blind_pool_hides_its_own_findings_only() -> None:
    assert covered(lacking(unseen("workers", "etl"))) == [ML, NO_POOL, UNREACHABLE, NOT_READY, OUR_OWN]


def test_a_blind_pool_hides_what_names_it_in_its_evidence() -> None:
    own = lacking(unseen("workers", "etl"))
    assert [own.covers(about("worker", pool=name)) for name in ("etl", "ml")] == [False, True]


def test_something_essential_of_all_pools_hides_the_whole_estate() -> None:
    assert covered(lacking(unseen("active runs"))) == [UNREACHABLE, NOT_READY, OUR_OWN]


def test_a_look_at_one_pool_that_is_blind_covers_the_server_only() -> None:
    blind = snapshot(missing=[unseen("workers", "etl")])
    assert covered(sight(blind, only=["etl"])) == [UNREACHABLE, NOT_READY]


def test_an_api_that_does_not_answer_denies_nothing_but_itself() -> None:
    assert covered(sight(snapshot(server=GONE))) == [UNREACHABLE]


def test_a_server_that_is_not_ready_tells_of_itself_only() -> None:
    assert covered(sight(snapshot(server=SICK))) == [UNREACHABLE, NOT_READY]


def test_a_server_that_cannot_say_whether_it_is_ready_is_looked_at() -> None:
    assert covered(sight(snapshot(server=replace(SICK, ready=None, kind="cloud")))) == list(ALL)


def test_the_code_of_a_check_that_crashed_cannot_be_denied() -> None:
    own = sight(found=[crash_of("pool-no-workers")])
    assert (own.covers(ETL), own.covers(finding("pool-paused"))) == (False, True)


def test_a_crash_that_does_not_happen_again_is_over() -> None:
    assert sight(found=[crash_of("pool-paused")]).covers(crash_of("pool-no-workers"))


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        (SLOT_HOLDERS, ["subflow-parent-deadlock"]),
        (PARENTS_OF_SUBFLOWS, ["subflow-parent-deadlock"]),
        (f"{TAGGED_TASK_RUNS} 'gpu'", ["tag-limit-leaked-slots", "tag-limit-waiting"]),
        (f"{TAG_LEASES} 'gpu'", ["tag-limit-leaked-slots"]),
        (SLOT_LEAKS, ["deployment-limit-leaked"]),
        (HEARTBEATS, ["awaiting-retry-orphaned", "zombie-running", "events-websocket-blocked"]),
        (
            WORKER_EVENTS,
            ["worker-crash-loop", "version-mismatch", "worker-type-mismatch", "events-websocket-blocked"],
        ),
        (LOST_LEASES, ["concurrency-lease-lost"]),
        (SCHEDULES, ["deployment-paused", "schedule-inactive"]),
        (RUNS_MADE_AHEAD, ["background-services-dead", "scheduler-stalled"]),
        (STORED_EVENTS, ["background-services-dead", "events-stalled", "events-websocket-blocked"]),
    ],
)
def test_what_rests_on_something_that_was_not_seen_cannot_be_denied(what: str, codes: list[str]) -> None:
    own = lacking(unseen(what, essential=False))
    assert [each for each in CATALOGUE if not own.covers(finding(each))] == codes


@pytest.mark.parametrize("lacks", [OLD_SERVER_LACKS, CLOUD_LACKS], ids=["an old server", "Prefect Cloud"])
@pytest.mark.parametrize("code", CATALOGUE)
def test_what_a_server_never_tells_keeps_no_incident_open(lacks: tuple[Missing, ...], code: str) -> None:
    assert lacking(*lacks).covers(finding(code))


def test_the_incident_of_a_deleted_pool_resolves() -> None:
    without_etl = sight(snapshot(pools=[pool("ml")]))
    story = Story(sight=without_etl).look(0, ETL).look(60).look(360)
    assert story.told == [(0, "opened", "critical"), (360, "resolved", "critical")]


def test_the_incident_of_a_deleted_pool_stays_while_pools_cannot_be_listed() -> None:
    unlisted = sight(snapshot(pools=[], missing=[unseen("work pools")]))
    assert Story(sight=unlisted).look(0, ETL).look(60).look(9999).told == [(0, "opened", "critical")]


def test_not_having_been_able_to_look_resolves_with_the_next_look_that_is_able() -> None:
    blind, able = lacking(unseen("workers", "etl")), sight()
    story = Story().look(0, finding("pool-observation-failed"), sight=blind).look(60, sight=able).look(360, sight=able)
    assert story.told == [(0, "opened", "critical"), (360, "resolved", "critical")]


def test_the_outage_of_an_api_resolves_while_its_server_is_not_ready() -> None:
    story = Story(sight=sight(snapshot(server=SICK))).look(0, UNREACHABLE).look(60, NOT_READY).look(360, NOT_READY)
    assert [incident.finding.code for incident in story.ended] == ["api-unreachable"]
