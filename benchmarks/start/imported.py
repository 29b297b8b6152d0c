"""What importing the patrol costs beyond `from prefect import flow`, by package, from `python -X importtime`."""

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

LINE = re.compile(r"import time:\s+(?P<own>\d+) \|\s+\d+ \|\s+(?P<module>\S+)")
PREFECT, PATROL = "from prefect import flow", "import flows.patrol"
TIMES = 3
"""Of each module the shortest of so many is taken: anything else on the machine only makes it longer."""

Packages = Mapping[str, tuple[int, float]]
"""By package: its modules, and their own milliseconds in all."""


def imported_beyond_prefect(code: Path, environment: Mapping[str, str]) -> Packages:
    """What the patrol of a checkout imports and an empty flow does not, the dearest first."""
    prefect, patrol = _shortest(PREFECT, code, environment), _shortest(PATROL, code, environment)
    found: dict[str, list[float]] = defaultdict(list)
    for module in patrol.keys() - prefect.keys():
        found[module.partition(".")[0]].append(patrol[module])
    ordered = sorted(found.items(), key=lambda each: -sum(each[1]))
    return {package: (len(own), sum(own)) for package, own in ordered}


def _shortest(statement: str, code: Path, environment: Mapping[str, str]) -> dict[str, float]:
    shortest: dict[str, float] = {}
    for _ in range(TIMES):
        for module, milliseconds in _once(statement, code, environment).items():
            shortest[module] = min(milliseconds, shortest.get(module, milliseconds))
    return shortest


def _once(statement: str, code: Path, environment: Mapping[str, str]) -> dict[str, float]:
    command = [sys.executable, "-X", "importtime", "-c", statement]
    done = subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True, check=True)
    return {found["module"]: int(found["own"]) / 1000 for found in map(LINE.match, done.stderr.splitlines()) if found}
