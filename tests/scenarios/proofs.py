"""Which scenario proves which code: read from the scenarios themselves, and written into `docs/proofs.md`.

    python -m tests.scenarios.proofs          # writes the page anew

A test of `test_<code>.py` that names its code says when it speaks; the others are its look-alikes. That this is so in fact
is asserted at the end of every one of them.
"""

import ast
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lifeguard.findings import CATALOGUE

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "proofs.md"
HEAD = """# Proofs

For every code, what is done to a real Prefect server so that Lifeguard says it, and what looks alike and must not. Each
sentence is the name of a test in `tests/scenarios/`. The page is written by `uv run python -m tests.scenarios.proofs`; a
test holds it to the scenarios, and another demands at least one sentence in either column.

| code | speaks: | is silent: |
|---|---|---|
"""

REACHED = "test_a_pager_that_is_not_reached_is_named_and_one_that_is_reached_is_not"
ELSEWHERE: Mapping[str, str] = {"triggers-stalled": REACHED, "page-undelivered": REACHED}
"""Look-alikes that are a part of another test, since each takes a minute."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One test: the code that it is about, and whether it says so."""

    code: str
    test: str
    speaks: bool

    @property
    def sentence(self) -> str:
        """The name of the test, as it is read."""
        return self.test.removeprefix("test_").replace("_", " ")


def proofs() -> Iterator[Proof]:
    """Every test of every scenario, in the order of the catalogue and of the files."""
    for code in CATALOGUE:
        path = HERE / _file(code)
        statements = ast.parse(path.read_text()).body if path.exists() else []
        names = {code, *_constants(statements, code)}
        for test in statements:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                yield Proof(code, test.name, speaks(test, names))
        if code in ELSEWHERE:
            yield Proof(code, ELSEWHERE[code], False)


def proof_of(path: Path, test: str) -> Proof | None:
    """What the test of this file proves about the code that the file is named after."""
    return next((each for each in proofs() if each.test == test and path == HERE / _file(each.code)), None)


def speaks(test: ast.AST, names: Collection[str]) -> bool:
    """Whether it names the code, by itself or by a constant, other than as what is `not in` there."""
    denied = {
        id(node.left)
        for node in ast.walk(test)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn | ast.NotEq)
    }
    return any(_named(node) in names and id(node) not in denied for node in ast.walk(test))


def _named(node: ast.AST) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    return node.id if isinstance(node, ast.Name) else None


def _constants(statements: Sequence[ast.stmt], code: str) -> Iterator[str]:
    """The names of the file's own, constants and functions, that stand for something with the code in it."""
    for statement in statements:
        if isinstance(statement, ast.Assign) and speaks(statement.value, {code}):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
        if (
            isinstance(statement, ast.FunctionDef)
            and not statement.name.startswith("test_")
            and speaks(statement, {code})
        ):
            yield statement.name


def _file(code: str) -> str:
    return f"test_{code.replace('-', '_')}.py"


def page() -> str:
    """The whole page."""
    found = list(proofs())
    rows = (f"| `{code}` | {_cell(found, code, True)} | {_cell(found, code, False)} |\n" for code in CATALOGUE)
    return HEAD + "".join(rows)


def _cell(found: list[Proof], code: str, speaks: bool) -> str:
    return "<br>".join(proof.sentence for proof in found if proof.code == code and proof.speaks is speaks)


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.name}: {len(CATALOGUE)} codes\n")
