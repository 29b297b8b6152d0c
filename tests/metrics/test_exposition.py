"""What Prometheus reads: valid in both formats, whatever a pool is named, and only what is known."""

import math
from collections import Counter

import pytest
from prometheus_client import parser
from prometheus_client.samples import Sample

from lifeguard.findings import Severity, Verdict
from lifeguard.metrics.exposition import as_text
from lifeguard.pickups import Pickups
from lifeguard.standing import Standing, Trouble
from tests import builders as b
from tests.metrics.oracle import READ, as_the_library_writes_it
from tests.metrics.promtool import promtool
from tests.metrics.standings import HOSTILE, OPEN, reading, standing

WAITS = Pickups.of([0.5, 3, 700, 100_000])


def full(*names: str) -> Standing:
    """Pools with these names, of which everything is known."""
    pools = (reading(name, overdue=3, oldest_overdue_seconds=61.25, concurrency_limit=2**62) for name in names)
    return standing(*pools, troubles=[OPEN, Trouble(Severity.INFO, "x", None)], pickups=dict.fromkeys(names, WAITS))


def samples(seen: Standing) -> list[Sample]:
    """Every sample, read back by the library's own reader of OpenMetrics, which checks what it reads."""
    text = as_text(seen, is_openmetrics=True).decode()
    return [sample for family in READ(text) for sample in family.samples]


def values(seen: Standing, name: str) -> dict[tuple[str, ...], float]:
    """The series of one metric: the values of their labels, by the labels' names, and theirs."""
    own = [sample for sample in samples(seen) if sample.name == name]
    return {tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in own}


@pytest.mark.parametrize("is_openmetrics", [False, True])
@pytest.mark.parametrize("seen", [full("etl", HOSTILE), standing(), Standing(b.API_URL, has_history=False)])
def test_it_is_what_the_library_writes_byte_for_byte(seen: Standing, is_openmetrics: bool) -> None:
    ours = as_text(seen, is_openmetrics=is_openmetrics)
    assert ours == as_the_library_writes_it(seen, is_openmetrics=is_openmetrics)


def test_any_name_of_a_pool_comes_back_as_it_was() -> None:
    assert values(full(HOSTILE, "etl"), "prefect_work_pool_workers_active") == {(HOSTILE,): 2, ("etl",): 2}


def test_any_name_of_a_pool_comes_back_from_the_older_format_too() -> None:
    families = parser.text_string_to_metric_families(as_text(full(HOSTILE)).decode())
    named = {sample.labels.get("work_pool") for family in families for sample in family.samples}
    assert named == {None, "", HOSTILE, "etl"}


def test_promtool_finds_nothing_wrong_with_it() -> None:
    assert promtool("check", "metrics", text=as_text(full("etl", HOSTILE))) == ""


def test_2000_pools_make_each_series_once() -> None:
    seen = samples(full(*(f"pool-{number}" for number in range(2000))))
    counted = Counter((sample.name, *sorted(sample.labels.items())) for sample in seen)
    assert len(counted) > 80_000
    assert [series for series, number in counted.items() if number > 1] == []


def test_what_could_not_be_seen_is_absent_and_not_zero() -> None:
    blind = reading(workers_online=None, overdue=None, pending=None, active_slots=None, verdict=Verdict.UNKNOWN)
    named = {sample.name for sample in samples(standing(blind))}
    unseen = {"workers_active", "runs_overdue", "runs_overdue_oldest_age_seconds", "runs_pending", "slots_used"}
    assert {f"prefect_work_pool_{name}" for name in unseen} & named == set()
    assert "prefect_work_pool_workers_known" in named


def test_where_nothing_is_overdue_the_oldest_waits_for_zero_seconds() -> None:
    assert values(standing(), "prefect_work_pool_runs_overdue_oldest_age_seconds") == {("etl",): 0}


def test_a_pool_that_needs_no_workers_never_looks_as_if_it_had_none() -> None:
    push = reading("push", needs_workers=False, workers_online=0, workers_total=0)
    seen = standing(push)
    assert values(seen, "prefect_work_pool_workers_active") == {}
    assert values(seen, "prefect_work_pool_info") == {("false", "process", "push"): 1}


def test_a_pool_has_exactly_one_verdict() -> None:
    verdicts = values(standing(reading(verdict=Verdict.DOWN)), "prefect_work_pool_verdict")
    assert verdicts == {(each.value, "etl"): each is Verdict.DOWN for each in Verdict}


def test_incidents_are_counted_by_severity_code_and_pool() -> None:
    seen = standing(troubles=[OPEN, Trouble(Severity.WARNING, "server-not-ready", None)])
    counted = values(seen, "prefect_lifeguard_incidents_open")
    assert counted == {("pool-no-workers", "critical", "etl"): 1, ("server-not-ready", "warning", ""): 1}


def test_pickups_are_a_histogram_whose_buckets_add_up() -> None:
    seen = [each for each in samples(full("etl")) if each.name.startswith("prefect_work_pool_pickup_latency_seconds")]
    buckets = {sample.labels["le"]: sample.value for sample in seen if sample.name.endswith("_bucket")}
    assert (buckets["1.0"], buckets["5.0"], buckets["900.0"], buckets["+Inf"]) == (1, 2, 3, 4)
    assert {sample.name[-6:]: sample.value for sample in seen[-2:]} == {"_count": 4, "ds_sum": 100_703.5}


def test_times_are_told_by_this_machines_clock_where_the_servers_is_ahead() -> None:
    ahead = values(standing(clock_ahead_seconds=600), "prefect_lifeguard_last_patrol_timestamp_seconds")
    assert math.isclose(ahead[()], b.NOW.timestamp() - 600)


def test_where_the_history_cannot_be_read_that_is_all_that_is_said() -> None:
    named = {sample.name: sample.value for sample in samples(Standing(b.API_URL, has_history=False))}
    assert named == {"prefect_lifeguard_up": 0, "prefect_lifeguard_info": 1}
