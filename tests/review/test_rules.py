"""What is risky in the settings for an estate, and what is not: each rule with its border."""

from typing import Any

import pytest

from lifeguard.review.kubernetes import MOST_DEPLOYMENTS
from lifeguard.review.rules import review
from lifeguard.settings import shown
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests.review.desks import SERVICES, desk, found, the

POOL, OVERFLOW = "server.database.sqlalchemy.pool_size", "server.database.sqlalchemy.max_overflow"
LEASES = "server.concurrency.lease_storage"
FOREMAN = f"{SERVICES}foreman."
HOSTILE = "it's | `x` {{y}} 🛟"


def test_a_server_as_prefect_makes_it_is_not_risky_where_nothing_depends_on_it() -> None:
    assert found() == {}


def test_a_server_that_tells_nothing_is_not_judged() -> None:
    silent = desk()
    assert review(type(silent)(silent.scene, None, silent.own)) == []


@pytest.mark.parametrize(
    ("deviation", "risky"),
    [
        ({f"{SERVICES}scheduler.enabled": False}, f"{SERVICES}scheduler.enabled"),
        ({f"{SERVICES}triggers.enabled": False}, f"{SERVICES}triggers.enabled"),
        ({f"{SERVICES}late_runs.after_seconds": 4.0}, f"{SERVICES}late_runs.after_seconds"),
        ({f"{SERVICES}late_runs.after_seconds": 9.0}, f"{SERVICES}late_runs.after_seconds"),
        ({f"{SERVICES}late_runs.after_seconds": 301.0}, f"{SERVICES}late_runs.after_seconds"),
        ({f"{SERVICES}late_runs.loop_seconds": 16.0}, f"{SERVICES}late_runs.after_seconds"),
        ({f"{FOREMAN}inactivity_heartbeat_multiple": 1}, f"{FOREMAN}inactivity_heartbeat_multiple"),
        ({f"{FOREMAN}loop_seconds": 61.0}, f"{FOREMAN}loop_seconds"),
        (
            {f"{FOREMAN}work_queue_last_polled_timeout_seconds": 19},
            f"{FOREMAN}work_queue_last_polled_timeout_seconds",
        ),
        ({f"{SERVICES}scheduler.loop_seconds": 3600.0}, f"{SERVICES}scheduler.loop_seconds"),
        ({f"{SERVICES}db_vacuum.enabled": None}, f"{SERVICES}db_vacuum.enabled"),
        ({"server.events.retention_period": 3600.0}, "server.events.retention_period"),
        ({"server.events.retention_period": 31 * 86_400.0}, "server.events.retention_period"),
        ({"server.api.default_limit": 1001}, "server.api.default_limit"),
        ({OVERFLOW: -1}, OVERFLOW),
        ({POOL: 0}, POOL),
        ({POOL: 88}, POOL),
        ({"server.database.port": 6432}, "server.database.sqlalchemy.connect_args.statement_cache_size"),
        ({"server.ui.api_url": "http://127.0.0.1:4200/api"}, "server.ui.api_url"),
    ],
)
def test_what_is_risky_anywhere_is_one_finding(deviation: dict[str, Any], risky: str) -> None:
    assert list(found(deviation)) == [risky]


@pytest.mark.parametrize(
    "deviation",
    [
        {f"{SERVICES}late_runs.after_seconds": 10.0},
        {f"{SERVICES}late_runs.after_seconds": 300.0},
        {f"{FOREMAN}inactivity_heartbeat_multiple": 2},
        {f"{FOREMAN}loop_seconds": 60.0},
        {f"{FOREMAN}deployment_last_polled_timeout_seconds": 20},
        {f"{SERVICES}db_vacuum.enabled": False},
        {"server.events.retention_period": 30 * 86_400.0},
        {POOL: 87},
        {
            "server.database.port": 6432,
            "server.database.sqlalchemy.connect_args.statement_cache_size": 0,
        },
        {OVERFLOW: -1, "server.database.driver": "sqlite+aiosqlite"},
        {LEASES: "prefect.server.concurrency.lease_storage.filesystem"},
    ],
)
def test_what_lies_within_its_bounds_is_nothing(deviation: dict[str, Any]) -> None:
    assert found(deviation) == {}


def limited(name: str = "deployment:1", **more: Any) -> Snapshot:
    return b.snapshot(limits=[b.limit(name, **more)])


FILES = "prefect.server.concurrency.lease_storage.filesystem"


def test_leases_in_memory_are_risky_only_where_a_limit_gives_some_out() -> None:
    told = the(seen=limited())
    assert (told.resource.id, told.severity, told.fingerprint) == (LEASES, "info", f"setting-risky:server:{LEASES}")
    assert told.remedy[0].endswith(": PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE=" + FILES)
    assert found(seen=limited(is_on=False)) == {}


def test_files_hold_the_leases_of_one_process_and_not_of_two() -> None:
    files = {LEASES: FILES}
    assert found(files, seen=limited()) == {}
    assert (
        "Each process of the server keeps the leases"
        in found(files, seen=limited(), policy={"server_processes": 2})[LEASES]
    )


def test_of_a_server_with_several_processes_each_part_in_memory_is_risky() -> None:
    told = found(policy={"server_processes": 3})
    assert list(told) == [
        "server.docket.url",
        "server.events.messaging_broker",
        "server.events.messaging_cache",
        "server.events.causal_ordering",
    ]
    assert all("that is one of 3 keeps" in title for title in told.values())


def test_a_server_that_shares_one_part_through_redis_shares_all_of_them() -> None:
    told = found(
        {
            "server.docket.url": "redis://u:secret@host:6379/0",
            "server.events.messaging_broker": "prefect_redis.messaging",
        }
    )
    assert list(told) == ["server.events.messaging_cache", "server.events.causal_ordering"]


@pytest.mark.parametrize(
    ("processes", "connections", "is_risky"), [(6, None, False), (7, None, True), (7, 108, False), (7, 107, True)]
)
def test_connections_are_those_of_all_processes(processes: int, connections: int | None, is_risky: bool) -> None:
    policy = {"server_processes": processes, "database_connections": connections}
    assert (POOL in found(policy=policy)) is is_risky


def test_as_many_connections_are_proposed_as_there_is_room_for() -> None:
    ten = {"server_processes": 10, "database_connections": 83}
    told = next(each for each in review(desk(policy=ten)) if each.resource.id == POOL)
    step = "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=5 PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW=3"
    assert told.remedy[0].endswith(step)
    assert "The 10 server processes may open 150 database connections (15 each), and PostgreSQL has 80" in told.title


def test_sqlite_is_risky_from_four_workers_on() -> None:
    sqlite = {"server.database.driver": "sqlite+aiosqlite"}
    three, four = ([b.worker(str(number)) for number in range(many)] for many in (3, 4))
    assert found(sqlite, seen=b.snapshot(workers=three)) == {}
    assert list(found(sqlite, seen=b.snapshot(workers=four))) == ["server.database.driver"]


def kubernetes(*workers: str) -> Snapshot:
    pool = b.pool(HOSTILE, type="kubernetes")
    return b.snapshot(pools=[pool], workers=[b.worker(name, pool=HOSTILE) for name in workers])


def test_one_worker_of_a_kubernetes_pool_does_not_follow_thousands_of_deployments() -> None:
    many = {f"pool-{HOSTILE}": MOST_DEPLOYMENTS + 1}
    told = the(seen=kubernetes("one"), deployments=many)
    assert (told.resource.kind, told.resource.name, told.evidence["deployments"]) == ("work-pool", HOSTILE, 3501)
    assert told.remedy[0].endswith(": PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_REPLICATE_POD_EVENTS=false")
    assert found(seen=kubernetes("one", "two"), deployments=many) == {}
    assert found(seen=kubernetes("one"), deployments={f"pool-{HOSTILE}": MOST_DEPLOYMENTS}) == {}


def test_workers_that_do_not_tell_their_interval_are_held_against_the_fallback() -> None:
    short = {f"{FOREMAN}fallback_heartbeat_interval_seconds": 10}
    silent = b.snapshot(workers=[b.worker(heartbeat=None)])
    assert list(found(short, seen=silent)) == [f"{FOREMAN}fallback_heartbeat_interval_seconds"]
    assert found(short) == {}


def test_a_worker_whose_death_would_go_unnoticed_is_named() -> None:
    told = the(seen=b.snapshot(workers=[b.worker(HOSTILE, heartbeat=101)]))
    assert (told.resource.kind, told.resource.name) == ("worker", HOSTILE)
    assert "that it died would be noticed after 5 min 3 s" in told.title
    assert found(seen=b.snapshot(workers=[b.worker(heartbeat=100)])) == {}


@pytest.mark.parametrize(
    ("here", "risky"),
    [
        ({"client.retry_extra_codes": [421]}, "client.retry_extra_codes"),
        ({"client.max_retries": 0}, "client.max_retries"),
        ({"api.request_timeout": 10.0}, "api.request_timeout"),
        ({"worker.query_seconds": 60.0}, "worker.query_seconds"),
    ],
)
def test_our_own_process_is_judged_too_and_said_to_be_it(here: dict[str, Any], risky: str) -> None:
    told = the(here=here)
    assert (told.resource.kind, told.resource.id) == ("lifeguard", risky)
    assert "this process" in told.title.lower()


def test_codes_that_are_retried_already_stay() -> None:
    assert the(here={"client.retry_extra_codes": [421]}).remedy[0].endswith("PREFECT_CLIENT_RETRY_EXTRA_CODES=421,500")


def test_without_a_worker_an_http_500_ends_none() -> None:
    assert found(here={"client.retry_extra_codes": []}, seen=b.snapshot(workers=[])) == {}


def test_old_names_of_variables_are_told_with_those_of_today() -> None:
    old = {"PREFECT_SQLALCHEMY_POOL_SIZE": "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE"}
    assert the(outdated=old).remedy == (
        "For this process: PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE, with the same value, instead",
    )


def test_a_setting_of_the_server_in_the_wrong_place_is_told_with_both_values() -> None:
    told = the(here={POOL: 20}, set_here={POOL: "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE"})
    assert "is 20 in this process, but the server works with 5" in told.title
    assert found(here={POOL: 20}) == {}


def test_a_loopback_address_is_risky_where_workers_start_containers_elsewhere() -> None:
    local = {"server.ui.api_url": "http://127.0.0.1:4200/api"}
    assert list(found(local, seen=kubernetes("one"), host="127.0.0.1", api_port=4200)) == ["api.url"]
    assert found(local, host="127.0.0.1", api_port=4200) == {}
    assert list(found(host="0.0.0.0")) == ["api.url"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("redis://user:secret@host:6379/0?password=secret", "redis://host:6379/0"),
        ("redis://user:sec@re/t@host", "redis://host"),
        ("http://[bad", "http://…"),
        (["events", "orphans"], "events, orphans"),
        (5.0, 5.0),
    ],
)
def test_no_secret_of_an_address_is_shown(value: object, text: object) -> None:
    assert shown(value) == text
