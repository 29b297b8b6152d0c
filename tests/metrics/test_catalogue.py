"""The declarations themselves: both spellings, units, and what a person reads of each."""

import re
from collections import Counter

import pytest

from lifeguard.cli import app
from lifeguard.metrics.catalogue import CATALOGUE
from lifeguard.metrics.metric import Metric

NAMES = [metric.name for metric in CATALOGUE]


def test_the_first_metric_has_both_of_its_promised_names() -> None:
    first = CATALOGUE[0]
    assert (first.name, first.prometheus_name) == (
        "prefect.work_pool.workers.active",
        "prefect_work_pool_workers_active",
    )
    assert first.labels == ("work_pool",)


@pytest.mark.parametrize("metric", CATALOGUE, ids=NAMES)
def test_a_time_has_its_unit_in_its_name_and_nothing_else_has(metric: Metric) -> None:
    assert metric.prometheus_name.endswith("_seconds") is (metric.unit == "s")
    assert re.fullmatch(r"s|\{\w+\}|", metric.unit)


@pytest.mark.parametrize("metric", CATALOGUE, ids=NAMES)
def test_its_help_is_short_whole_sentences(metric: Metric) -> None:
    assert metric.help.endswith(".") and 60 < len(metric.help) < 260


def test_every_command_that_a_help_names_can_be_typed() -> None:
    named = [words for metric in CATALOGUE for words in re.findall(r"`lifeguard ([^`]+)`", metric.help)]
    for words in named:
        app.parse_args(words.replace("ID", "12").split(), exit_on_error=False, print_error=False)
    assert len(named) > 8


def test_no_two_metrics_share_a_name_in_either_spelling() -> None:
    counted = Counter(metric.prometheus_name for metric in CATALOGUE)
    assert max(counted.values()) == 1 and len(set(NAMES)) == len(counted)
