"""What people can name comes back as it was, on both databases; a NUL, which PostgreSQL cannot keep, is replaced."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import anyio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifeguard.findings import Evidence, Finding, Resource
from lifeguard.incidents import Incident
from lifeguard.record.database import Database, reading
from lifeguard.record.incident_rows import live_incidents
from lifeguard.record.remember import remember
from lifeguard.record.tables import INCIDENTS, PATROLS, POOLS, SERVERS
from tests.builders import ETL, NOW, ahead, finding, judgement, policy, pool, snapshot
from tests.record.kept import rows, told, write

HOSTILE = (
    "'; DROP TABLE lifeguard_servers; --",
    'say "etl" | `etl` \\ {{ etl }} {% etl %} %(etl)s :etl $1 ?',
    "<script>alert(1)</script>\r\n\t",
    "шлюз 工作 🛟 e\u0301 \u202eltr",
    "null",
    "2026-99-99T99:99:99+00:00",
    "x" * 10_000,
    "🛟" * 10_000,
)
WITH_NUL, REPLACED = "a\x00b", "a\ufffdb"


def stored(database: Database) -> list[Incident]:
    async def ask() -> list[Incident]:
        async with reading(database) as connection:
            return await live_incidents(connection, 1)

    return anyio.run(ask)


def with_evidence(evidence: Evidence) -> Finding:
    return replace(finding(), evidence=evidence)


def named(name: str) -> Finding:
    """A finding where everything that can be is named so."""
    return Finding(
        code="worker-lost",
        severity=finding().severity,
        resource=Resource("worker", f"pool-etl/{name}", name),
        title=f"Worker '{name}' is lost",
        evidence={"work_pool": name, name: name},
        remedy=(f"prefect worker start --name {name}",),
        run_ids=(name,),
    )


def as_kept(incident: Incident) -> Finding:
    """A finding without what is the look's own and is not kept."""
    return replace(incident.finding, due_since=None, is_confirmed=True)


def test_an_incident_comes_back_as_it_was(database: Database) -> None:
    seen = replace(finding(runs=3, due=500, severity="critical"), is_confirmed=False, caused_by="x:server:1")
    write(database, judgement(findings=[seen]), "1")
    (back,) = stored(database)
    assert as_kept(back) == replace(seen, due_since=None, is_confirmed=True)
    assert (back.due_since, back.affected_runs, back.first_seen_at) == (seen.due_since, 3, NOW)


def test_evidence_comes_back_with_its_types_and_times(database: Database) -> None:
    evidence: Evidence = {
        "number": 3,
        "share": 0.1,
        "large": 10**15,
        "is_on": True,
        "nobody": None,
        "empty": "",
        "whole_second": NOW,
        "microsecond": NOW + timedelta(microseconds=1),
    }
    write(database, judgement(findings=[with_evidence(evidence)]), "1")
    back = stored(database)[0].finding.evidence
    assert [(name, type(value), value) for name, value in back.items()] == [
        (name, type(value), value) for name, value in evidence.items()
    ]


def test_evidence_comes_back_in_its_order(database: Database) -> None:
    names = ["z", "a", "long_name", "b", "Z", "10", "9"]
    write(database, judgement(findings=[with_evidence(dict.fromkeys(names, 1))]), "1")
    assert list(stored(database)[0].finding.evidence) == names


def test_a_time_of_another_zone_comes_back_as_the_same_moment(database: Database) -> None:
    there = datetime(2026, 11, 22, 17, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    write(database, judgement(findings=[with_evidence({"at": there})]), "1")
    back = stored(database)[0].finding.evidence["at"]
    assert (back, isinstance(back, datetime) and back.tzinfo) == (NOW, UTC)


def test_hostile_names_come_back_as_they_were(database: Database) -> None:
    hostile = [named(name) for name in HOSTILE]
    write(database, judgement(findings=hostile), "1")
    assert [as_kept(incident) for incident in stored(database)] == hostile


def test_what_has_a_hostile_name_is_known_again_at_the_next_look(database: Database) -> None:
    hostile = [named(name) for name in (*HOSTILE, WITH_NUL)]
    first = told(write(database, judgement(findings=hostile), "1"))
    again = told(write(database, judgement(at=60, findings=hostile), "2"))
    assert (len(first["opened"]), again) == (len(hostile), {"still_open": first["opened"]})


def test_a_nul_is_replaced(database: Database) -> None:
    write(database, judgement(findings=[named(WITH_NUL)]), "1")
    assert as_kept(stored(database)[0]) == named(REPLACED)


def test_two_names_that_differ_only_at_their_end_are_two_incidents(database: Database) -> None:
    long = [named("x" * 10_000 + end) for end in ("1", "2")]
    changes = write(database, judgement(findings=long), "1")
    assert [incident.finding for incident in changes.opened] == long
    assert [row["resource_name"][-1] for row in rows(database, INCIDENTS)] == ["1", "2"]


def test_pools_may_have_hostile_names(database: Database) -> None:
    pools = [replace(pool(), id=str(number), name=name) for number, name in enumerate((*HOSTILE, WITH_NUL))]
    for at in (0, 60):
        write(database, judgement(snapshot(pools=pools), at=at, findings=[]), str(at))
    kept = {row["pool_id"]: row["name"] for row in rows(database, POOLS, "pool_id", "name")}
    assert kept == {str(number): name for number, name in enumerate((*HOSTILE, REPLACED))}


def test_servers_may_have_hostile_names(database: Database) -> None:
    names = (*HOSTILE, WITH_NUL)
    for at in (0, 60):
        for name in names:
            write(database, judgement(at=at, findings=[], own=policy(server_name=name)), f"{at} {name}")
    kept = rows(database, SERVERS, "name", "last_look_at")
    assert [row["last_look_at"] for row in kept] == [ahead(60)] * len(names)
    assert {row["name"] for row in kept} >= {*HOSTILE[:-2], REPLACED}


def test_the_ids_of_twenty_runs_are_kept_and_the_count_of_all(database: Database) -> None:
    write(database, judgement(findings=[finding(runs=50)]), "1")
    incident = stored(database)[0]
    assert incident.finding.run_ids == tuple(f"run-{number}-of-{ETL}" for number in range(20))
    assert incident.affected_runs == 50


def test_a_patrol_may_have_any_id(database: Database) -> None:
    for id in ("", "🛟", "x" * 10_000, "x" * 10_001):
        write(database, judgement(findings=[finding()]), id)
        write(database, judgement(findings=[finding()]), id)
    assert len(rows(database, PATROLS, "id")) == 4


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
times = st.datetimes(timezones=st.just(UTC))
SLOW_ON_PURPOSE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
evidences = st.dictionaries(texts, texts | numbers | times | st.booleans() | st.none(), max_size=6)


def test_any_evidence_comes_back_in_its_order(database: Database) -> None:
    server = iter(range(1, 1000))

    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(evidences)
    def holds(evidence: Evidence) -> None:
        number = next(server)
        own = policy(server_name=str(number))
        judged = judgement(findings=[with_evidence(evidence)], own=own)
        changes = anyio.run(remember, database, judged, f"{number}-1")
        again = anyio.run(remember, database, replace(judged, findings=()), f"{number}-2")
        assert list(again.still_open[0].finding.evidence.items()) == list(evidence.items())
        assert changes.opened[0].finding.evidence == evidence

    holds()
