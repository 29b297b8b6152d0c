"""`prefect block register --file` puts each block type up as the Prefect UI shows it: logo, description, secret fields."""

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.command_line import settings
from tests.patience import ask
from tests.prefect_server import PrefectServer

ROOT = Path(__file__).parents[2]
SECRETS = {"watch_policy": [], "history_database": ["url"], "pager": [], "cluster_access": []}


@pytest.mark.parametrize("name", SECRETS)
def test_a_file_registers_one_type_with_everything_that_is_shown_of_it(server: PrefectServer, name: str) -> None:
    register = [sys.executable, "-m", "prefect", "block", "register", "--file", f"blocks/{name}.py"]
    done = subprocess.run(
        register, cwd=ROOT, env=settings(server.api_url), capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    slug = name.replace("_", "-")
    row = asked(server, f"block_types/slug/{slug}")
    assert row["description"] and row["documentation_url"]
    assert logo(row["logo_url"]) == (250, 250)
    assert secret_fields(server, row["id"]) == SECRETS[name]


def logo(url: str) -> tuple[int, int]:
    """How large the picture is that the repository has at this address."""
    data = (ROOT / url.partition("/main/")[2]).read_bytes()
    assert data.startswith(b"\x89PNG")
    return struct.unpack(">II", data[16:24])


def secret_fields(server: PrefectServer, block_type_id: str) -> list[str]:
    """What the UI hides of the newest form of a type."""
    wanted = {"block_schemas": {"block_type_id": {"any_": [block_type_id]}}, "limit": 1}
    rows = ask(server.api_url, "POST", "block_schemas/filter", wanted)
    fields: list[str] = rows[0]["fields"]["secret_fields"]
    return fields


def asked(server: PrefectServer, path: str) -> dict[str, Any]:
    row: dict[str, Any] = ask(server.api_url, "GET", path)
    return row
