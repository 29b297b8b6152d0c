"""What changed before an incident: true sentences with their numbers, the newest last, and what is left out is said."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lifeguard.facts import seconds
from lifeguard.findings import Resource
from lifeguard.happenings import Happening, Happenings
from lifeguard.what_changed import SHOWN, WhatChanged, before, remark, resources_of, what_changed
from tests import builders as b

POOL_ID = "prefect.work-pool.pool-etl"
HOSTILE = "p|`q` {name} {0} %s [bold]u[/] \u202e"


def happened(event: str, minutes: float = 4, name: str = "etl", **more: object) -> Happening:
    """An event about the pool, or about what belongs to it, so many minutes before NOW."""
    id = POOL_ID if event.startswith("prefect.work-pool.") else f"{event.rpartition('.')[0]}.{name}"
    touched = frozenset({id, POOL_ID})
    return Happening(event, b.ago(minutes * 60), id, name, touched, pool_name="etl", **more)  # type: ignore[arg-type]


def changed(*events: Happening, is_cut_off: bool = False) -> WhatChanged:
    return what_changed(Happenings(events, is_cut_off), frozenset({POOL_ID}), b.NOW)


def says(*events: Happening) -> list[str]:
    return [each.says for each in changed(*events).changes]


def limit(old: int | None, new: int | None) -> Happening:
    return happened(
        "prefect.work-pool.updated", fields=("concurrency_limit",), numbers={"concurrency_limit": (old, new)}
    )


def test_a_limit_that_went_down_is_told_with_both_numbers_its_time_and_how_long_before() -> None:
    (change,) = changed(limit(10, 1)).changes
    assert before(change, b.NOW) == "the limit of work pool 'etl' went from 10 to 1 at 11:56 UTC, 4 min before"


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (limit(None, 1), "the limit of work pool 'etl' was set to 1 (there was none before)"),
        (limit(10, None), "the limit of work pool 'etl' was removed (it was 10)"),
        (happened("prefect.work-pool.updated"), "work pool 'etl' was updated"),
        (
            happened("prefect.work-pool.updated", fields=("base_job_template",)),
            "work pool 'etl' was updated (base_job_template)",
        ),
        (
            happened("prefect.work-queue.updated", name="hot", fields=("priority",), numbers={"priority": (2, 1)}),
            "the priority of work queue 'hot' of 'etl' went from 2 to 1",
        ),
        (happened("prefect.work-queue.deleted", name="hot"), "work queue 'hot' of 'etl' was deleted"),
        (
            happened("prefect.deployment.updated", name="daily", flow_name="load", fields=("parameters",)),
            "deployment 'load/daily' was updated (parameters)",
        ),
        (happened("prefect.worker.stopped", name="bob"), "worker 'bob' of 'etl' stopped"),
        (happened("prefect.concurrency-limit.updated", name="db", limit=1), "concurrency limit 'db' was set to 1"),
        (happened("prefect.work-pool.paused", name=HOSTILE), f"work pool '{HOSTILE}' was paused"),
    ],
)
def test_every_event_is_told_as_what_was_done(event: Happening, sentence: str) -> None:
    assert says(event) == [sentence]


def test_what_touches_something_else_or_is_older_than_an_hour_is_not_told() -> None:
    elsewhere = Happening(
        "prefect.work-pool.paused", b.ago(60), "prefect.work-pool.x", "x", frozenset({"prefect.work-pool.x"})
    )
    assert says(elsewhere, happened("prefect.work-pool.paused", minutes=61)) == []


def test_what_happened_after_it_opened_is_not_before_it() -> None:
    assert says(happened("prefect.work-pool.paused", minutes=-0.1)) == []


def test_a_new_pool_is_one_change_and_not_three() -> None:
    birth = ["prefect.work-queue.created", "prefect.work-pool.created", "prefect.work-pool.not-ready"]
    assert says(*map(happened, birth)) == ["work pool 'etl' was created"]


def test_a_queue_that_is_polled_again_is_no_news_unless_it_was_paused() -> None:
    ready = happened("prefect.work-queue.ready", name="hot", minutes=1)
    assert says(ready) == []
    assert (
        says(happened("prefect.work-queue.paused", name="hot"), ready)[-1] == "work queue 'hot' of 'etl' became ready"
    )


def test_many_deployments_that_are_updated_are_one_sentence() -> None:
    events = [happened("prefect.deployment.updated", 9 - n, f"d{n}", flow_name="load") for n in range(5)]
    assert says(*events) == ["5 deployments of 'etl' were updated, 'load/d4' the last of them"]


def test_one_worker_that_starts_again_and_again_is_one_sentence() -> None:
    assert says(*(happened("prefect.worker.started", n, "bob") for n in range(1, 6))) == [
        "worker 'bob' of 'etl' started, 5 times in all"
    ]


def test_only_the_newest_are_shown_and_the_others_counted() -> None:
    seen = changed(*(happened("prefect.work-pool.paused", minutes) for minutes in range(1, 12)))
    assert [each.at for each in seen.changes] == [b.ago(60 * minutes) for minutes in range(SHOWN, 0, -1)]
    assert remark(seen) == "and 3 more before"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (WhatChanged(), "no event of Prefect tells of a change"),
        (changed(limit(10, 1)), None),
        (changed(limit(10, 1), is_cut_off=True), "there may be more before: not all events were read"),
        (WhatChanged(older=2, is_cut_off=True), "and at least 2 more before; not all events were read"),
        (WhatChanged(unseen="HTTP 500"), "what changed before could not be looked up: HTTP 500"),
    ],
)
def test_nothing_seen_is_told_apart_from_not_all_seen_and_from_nobody_could_look(
    seen: WhatChanged, said: str | None
) -> None:
    assert remark(seen) == said


POOLS: Mapping[str, str] = {"etl": "pool-etl"}


def test_an_incident_of_a_worker_is_asked_about_by_its_pool_and_one_of_a_deployment_by_its_limit_too() -> None:
    found = b.finding()
    deployment = Resource("deployment", "d", "load/nightly")
    for resource, ids in (
        (Resource("worker", "pool-etl/bob", "bob"), {POOL_ID}),
        (Resource("work-queue", "q", "hot"), {POOL_ID, "prefect.work-queue.q"}),
        (deployment, {POOL_ID, "prefect.deployment.d", "prefect.concurrency-limit.l"}),
    ):
        about = replace(found, resource=resource, evidence={"work_pool": "etl"})
        assert resources_of(about, POOLS, {"deployment:d": "l"}) == ids


def test_an_hour_is_told_in_hours_and_another_day_with_its_date() -> None:
    (change,) = changed(limit(10, 1)).changes
    assert before(change, b.NOW + seconds(86400)).endswith("at 2026-11-22 11:56 UTC, 24 h 4 min before")
    assert before(change, b.ago(270), " it was due").endswith("at 11:56 UTC, 30 s after it was due")
