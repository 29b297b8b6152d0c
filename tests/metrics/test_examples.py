"""The examples for Prometheus and Grafana: they parse, they name metrics that exist, and the alerts fire when they should."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from lifeguard.cli import app
from lifeguard.findings import Verdict
from lifeguard.metrics.catalogue import CATALOGUE
from lifeguard.metrics.metric import Kind
from tests.metrics.promtool import promtool

EXAMPLES = Path(__file__).parents[2] / "examples"
RULES = EXAMPLES / "prometheus" / "lifeguard.rules.yml"
DASHBOARD: dict[str, Any] = orjson.loads((EXAMPLES / "grafana" / "lifeguard.json").read_bytes())
NAMES = {metric.prometheus_name for metric in CATALOGUE if metric.kind is not Kind.HISTOGRAM} | {
    f"{metric.prometheus_name}_{part}"
    for metric in CATALOGUE
    for part in ("bucket", "count", "sum")
    if metric.kind is Kind.HISTOGRAM
}
LABELS = {label for metric in CATALOGUE for label in metric.labels} | {"job", "instance", "le", "severity"}


def strings(value: Any, key: str) -> Iterator[str]:
    """Every string under this key, at any depth."""
    if isinstance(value, dict):
        for name, each in value.items():  # pyright: ignore[reportUnknownVariableType]
            if name == key and isinstance(each, str):
                yield each
            yield from strings(each, key)
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            yield from strings(each, key)


RULE_EXPRESSIONS = list(strings(yaml.safe_load(RULES.read_text()), "expr"))
PANEL_EXPRESSIONS = list(strings(DASHBOARD["panels"], "expr"))
VARIABLES = list(strings(DASHBOARD["templating"], "definition"))
EXPRESSIONS = [*RULE_EXPRESSIONS, *PANEL_EXPRESSIONS, *VARIABLES]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_only_metrics_labels_and_verdicts_that_exist(expression: str) -> None:
    assert set(re.findall(r"prefect_\w+", expression)) <= NAMES
    labels = re.findall(r"(\w+)\s*=~?\s*\"", expression)
    grouped = [name.strip() for names in re.findall(r"(?:by|on) \(([^)]*)\)", expression) for name in names.split(",")]
    assert {*labels, *grouped} <= LABELS
    verdicts = {each for found in re.findall(r"verdict=~?\"([^\"]+)\"", expression) for each in found.split("|")}
    assert verdicts <= {verdict.value for verdict in Verdict}


def test_every_metric_is_shown_on_the_dashboard_or_not_a_number_to_show() -> None:
    shown = {name for expression in (*PANEL_EXPRESSIONS, *VARIABLES) for name in re.findall(r"prefect_\w+", expression)}
    assert {name for name in NAMES - shown if not name.endswith(("_count", "_sum"))} == {
        "prefect_work_pool_workers_known"
    }


def test_every_expression_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    plain = [expression.replace("$__rate_interval", "5m") for expression in PANEL_EXPRESSIONS]
    rules = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(plain)]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"{len(plain)} rules found" in promtool("check", "rules", str(file))


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", str(RULES.with_suffix(".test.yml")))


def test_the_scrape_configuration_is_one_that_prometheus_takes() -> None:
    assert "is valid prometheus config file" in promtool("check", "config", str(RULES.with_name("prometheus.yml")))


def test_every_alert_says_what_is_wrong_what_that_means_and_what_next() -> None:
    alerts = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    assert [alert["alert"] for alert in alerts if set(alert["annotations"]) != {"summary", "description", "next"}] == []
    tried = RULES.with_suffix(".test.yml").read_text()
    assert [alert["alert"] for alert in alerts if alert["alert"] not in tried] == []


def test_every_command_in_the_examples_can_be_typed() -> None:
    texts = [*strings(yaml.safe_load(RULES.read_text()), "next"), *strings(DASHBOARD["panels"], "description")]
    named = {words for text in texts for words in re.findall(r"`lifeguard ([^`]+)`", text)}
    for words in named - {"incident"}:
        app.parse_args(words.replace("ID", "12").split(), exit_on_error=False, print_error=False)
    assert len(named) >= 5


def test_a_dashboard_shows_each_panel_once_and_none_over_another() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)


def test_the_data_source_is_left_to_who_imports_it() -> None:
    assert {*strings(DASHBOARD["panels"], "uid")} == {"${datasource}"}
