"""A code is a promise: it has a check, a scenario, and a line in the documentation that says the same as the code."""

from pathlib import Path

from lifeguard.diagnose.background_services_dead import background_services_dead
from lifeguard.diagnose.checks import CHECKS, LAST_RESORTS
from lifeguard.findings import CATALOGUE
from lifeguard.fixable import FIXES
from tests.scenarios.proofs import PAGE, page, proofs

ROOT = Path(__file__).parents[1]
EVERY_CHECK = (background_services_dead, *CHECKS, *LAST_RESORTS)
OF_THE_MEMORY = {"history-unavailable", "history-not-durable", "page-undelivered", "triggers-stalled"}
WITHOUT_CHECK = {"check-crashed", "setting-risky", *OF_THE_MEMORY}
"""Raised by the runner of the checks itself, by the review of settings, by the patrol's memory, and by what became of its
pages."""


def codes(names: list[str]) -> set[str]:
    return {name.replace("_", "-") for name in names}


def test_every_code_has_a_check_and_every_check_a_code() -> None:
    assert codes([check.__name__ for check in EVERY_CHECK]) == set(CATALOGUE) - WITHOUT_CHECK


def test_a_check_lives_in_the_file_of_its_name() -> None:
    assert all(check.__module__ == f"lifeguard.diagnose.{check.__name__}" for check in EVERY_CHECK)


def test_every_code_has_a_scenario() -> None:
    scenarios = [path.stem.removeprefix("test_") for path in (ROOT / "tests" / "scenarios").glob("test_*.py")]
    assert set(CATALOGUE) - codes(scenarios) == set()


def test_every_code_speaks_in_a_scenario_and_is_silent_in_a_look_alike() -> None:
    found = {(proof.code, proof.speaks) for proof in proofs()}
    assert {(code, speaks) for code in CATALOGUE for speaks in (True, False)} - found == set()


def test_the_page_of_proofs_is_what_the_scenarios_say() -> None:
    assert PAGE.read_text() == page()


def test_every_code_has_a_line_in_the_documentation_with_its_own_words() -> None:
    text = (ROOT / "docs" / "causes.md").read_text()
    assert [code for code, meaning in CATALOGUE.items() if f"| `{code}` | {meaning} |" not in text] == []


def test_the_documentation_says_in_the_words_of_the_code_what_can_be_fixed() -> None:
    text = (ROOT / "docs" / "causes.md").read_text()
    section = text.partition("\n## What `lifeguard fix` can do\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{code}` | {does} |" for code, does in FIXES.items()]


def test_the_documentation_names_no_code_that_does_not_exist() -> None:
    lines = (ROOT / "docs" / "causes.md").read_text().splitlines()
    documented = {line.split("`")[1] for line in lines if line.startswith("| `")}
    assert documented == set(CATALOGUE)
