"""What the README says of settings and commands is what the code does."""

import re
from pathlib import Path

from lifeguard.cli import app
from lifeguard.metrics.catalogue import CATALOGUE
from lifeguard.page.pager_settings import PagerSettings
from lifeguard.policy import Policy

README = (Path(__file__).parents[1] / "README.md").read_text()


def section(heading: str) -> str:
    """What stands under a heading."""
    return README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def row(name: str) -> str:
    """The line of the README's table about one setting."""
    field = Policy.model_fields[name]
    default = field.get_default(call_default_factory=True)
    shown = "" if default in (None, (), {}) else f"{default:g}"
    return f"| `{name}` | {shown} | {field.description} |"


def test_every_setting_stands_there_with_its_default_and_its_meaning() -> None:
    assert [name for name in Policy.model_fields if row(name) not in README] == []


def test_no_setting_stands_there_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", section("Thresholds"), re.MULTILINE)) == set(Policy.model_fields)


def test_every_field_of_a_pager_stands_there_and_no_other() -> None:
    rows = "\n".join(re.findall(r"^\| `.*", section("Page somebody"), re.MULTILINE))
    shown = {name for row in rows.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert shown == set(PagerSettings.model_fields) - {"notification"}


def test_every_metric_stands_there_with_its_labels_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(prefect_\w+)`[^|]*\| (.*) \|$", section("Prometheus, Grafana, OpenTelemetry"), re.MULTILINE
    )
    shown = {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    assert shown == {metric.prometheus_name: metric.labels for metric in CATALOGUE}


def test_every_command_that_it_shows_can_be_typed() -> None:
    shown = re.findall(r"`lifeguard ([^`]+)`|uv run lifeguard ([a-z][^\n#`]*)", README)
    typed = [(first or second).split() for first, second in shown]
    for arguments in typed:
        if "--help" not in arguments and arguments[-1] != "FILE":
            app.parse_args(arguments, exit_on_error=False, print_error=False)
    assert len(typed) >= 8
