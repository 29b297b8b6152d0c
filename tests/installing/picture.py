"""Everything on a server that an installation may change, so that two moments can be compared."""

from collections.abc import Mapping
from typing import Any

from tests.patience import ask

KINDS = (
    "deployments",
    "automations",
    "block_types",
    "block_documents",
    "work_pools",
    "variables",
    "v2/concurrency_limits",
    "flows",
)
VOLATILE = frozenset({"updated", "status", "last_polled"})
PAGE_SIZE = 200

Picture = Mapping[str, list[Mapping[str, Any]]]


def picture(api_url: str, *flows_with_runs: str) -> Picture:
    """All rows of each kind, without what changes by itself, and without the flows that past runs hang on."""
    return {kind: [row for row in _rows(api_url, kind) if row["name"] not in flows_with_runs] for kind in KINDS}


def _rows(api_url: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(api_url, "POST", f"{kind}/filter", {"limit": PAGE_SIZE})
    rows = [{name: value for name, value in row.items() if name not in VOLATILE} for row in found]
    assert len(rows) < PAGE_SIZE
    return sorted(rows, key=lambda row: str(row["id"]))
