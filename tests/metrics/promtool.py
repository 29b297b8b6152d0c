"""`promtool`, Prometheus' own checker, where this machine has it: from `.ci/run`, or on the path."""

import shutil
import subprocess
from pathlib import Path

import pytest

OURS = Path(__file__).parents[2] / ".ci" / "promtool" / "promtool"


def promtool(*arguments: str, text: bytes = b"") -> str:
    """What it says, which has to be good; skips the test where there is no promtool."""
    found = shutil.which("promtool") or (str(OURS) if OURS.exists() else None)
    if found is None:
        pytest.skip("no promtool here: .ci/run fetches it on Debian")
    done = subprocess.run([found, *arguments], input=text, capture_output=True, timeout=100, check=False)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said
