"""The deployments that prefect.yaml declares, as data, filled in the way `prefect deploy` does it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from lifeguard.configuration import ConfigurationError

ROOT = Path(__file__).parents[2]
POOL_VARIABLE, BUILD_VARIABLE = "LIFEGUARD_WORK_POOL", "LIFEGUARD_BUILD"
FROM_ENVIRONMENT = re.compile(r"{{\s*\$(\w+)\s*}}")
FROM_STEP = re.compile(r"{{\s*(\w+)\.stdout\s*}}")
"""How prefect.yaml names environment variables and what its build steps said (`PLACEHOLDER_CAPTURE_REGEX` in
prefect.utilities.templating, 3.9.1)."""
SAYS_VARIABLE = re.compile(r'echo "\$\{(\w+):-([^}"]*)\}"')
"""The only build step whose words are known before it runs."""
RUN_SCRIPT = "prefect.deployments.steps.run_shell_script"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """One deployment as prefect.yaml has it, and its pull steps."""

    flow: str
    row: Row
    pull: Sequence[Any]

    @property
    def name(self) -> str:
        """Its name within its flow."""
        return str(self.row["name"])

    @property
    def full_name(self) -> str:
        """As Prefect calls it: `flow/deployment`."""
        return f"{self.flow}/{self.name}"


def read_project(environment: Mapping[str, str], root: Path = ROOT) -> list[Declared]:
    """Every deployment; raises `ConfigurationError` where there is no prefect.yaml."""
    file = root / "prefect.yaml"
    if not file.is_file():
        raise ConfigurationError(f"There is no {file.name} beside Lifeguard's packages: run it from a checkout.")
    return declared_in(yaml.safe_load(file.read_text(encoding="utf-8")), environment)


def declared_in(project: Row, environment: Mapping[str, str]) -> list[Declared]:
    """The deployments of a project; a flow is named as its function is, which a test of prefect.yaml sees to.

    In pull steps Prefect keeps the name of a variable that is not set, anywhere else it leaves it out.
    """
    said = _said_by_build_steps(project, environment)
    filled = cast(Row, _filled(project, lambda name, _: environment.get(name, ""), said))
    pulled = cast(Row, _filled(project, lambda name, whole: environment.get(name, whole), said))
    return [
        Declared(
            flow=str(row["entrypoint"]).rpartition(":")[2],
            row=row,
            pull=with_pull.get("pull", pulled.get("pull")) or [],
        )
        for row, with_pull in zip(filled["deployments"], pulled["deployments"], strict=True)
    ]


def _said_by_build_steps(project: Row, environment: Mapping[str, str]) -> dict[str, str]:
    """What is known of it beforehand, by the id of the step."""
    steps: Sequence[Row] = [step[RUN_SCRIPT] for step in project.get("build") or () if RUN_SCRIPT in step]
    known = {step["id"]: SAYS_VARIABLE.fullmatch(str(step.get("script")).strip()) for step in steps if "id" in step}
    return {id: environment.get(found[1]) or found[2] for id, found in known.items() if found}


def _filled(value: Any, variable: Callable[[str, str], str], said: Mapping[str, str]) -> Any:
    """`variable` is given a name and the whole placeholder; what is known of neither stays as it is."""
    if isinstance(value, str):
        text = FROM_ENVIRONMENT.sub(lambda match: variable(match[1], match[0]), value)
        return FROM_STEP.sub(lambda match: said.get(match[1], match[0]), text)
    if isinstance(value, dict):
        return {key: _filled(each, variable, said) for key, each in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [_filled(each, variable, said) for each in cast(list[Any], value)]
    return value
