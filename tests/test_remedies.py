"""Every command that a finding recommends is parsed by the Prefect that is installed, and none of them polls a queue."""

import re
import shlex

import pytest
from prefect.cli import _app as prefect_cli  # pyright: ignore[reportPrivateUsage]

from lifeguard.cli import app
from lifeguard.findings import CATALOGUE, Finding
from tests.every_code import findings_of_every_code

COMMAND = re.compile(r"(?:^|: )((?:prefect|lifeguard) .+)$", re.DOTALL)
AWKWARD = "-x 'a' \"b\" `c` $d {e} | 😀"
POLLING = ("work-pool preview", "work-queue preview", "work-queue read-runs")
A_RUN = "01a20134-9f75-7f2f-84f2-dd4b1c2c93f6"


def commands(finding: Finding) -> list[str]:
    """The commands in a remedy, with an id that Prefect takes for one."""
    found = (COMMAND.search(step) for step in finding.remedy)
    return [re.sub(r"id-of-\S+|'id-of-[^']*'", A_RUN, match.group(1)) for match in found if match]


def refusal(command: str) -> str | None:
    """Why the command line that it is for would refuse this command, or None."""
    program, *arguments = shlex.split(command)
    parser = prefect_cli._app if program == "prefect" else app  # pyright: ignore[reportPrivateUsage]
    try:
        parser.parse_args(arguments, exit_on_error=False, print_error=False)
    except Exception as error:
        return f"{command}: {error}"
    return None


def test_every_code_of_the_catalogue_can_be_shown() -> None:
    assert set(findings_of_every_code()) == set(CATALOGUE)


def test_every_finding_says_what_to_do_next() -> None:
    assert [code for code, finding in findings_of_every_code().items() if not finding.remedy] == []


@pytest.mark.parametrize("name", ["etl", AWKWARD], ids=["plain", "awkward"])
def test_every_recommended_command_exists_with_its_options(name: str) -> None:
    recommended = [command for finding in findings_of_every_code(name).values() for command in commands(finding)]
    assert len(recommended) > 30
    assert [refused for command in recommended if (refused := refusal(command))] == []


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    assert refusal("prefect work-pool set-state x") is not None
    assert refusal("prefect worker start --queue x") is not None


def test_no_recommended_command_polls_a_queue() -> None:
    recommended = [command for finding in findings_of_every_code().values() for command in commands(finding)]
    assert [command for command in recommended if any(poll in command for poll in POLLING)] == []
