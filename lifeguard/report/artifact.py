"""What is shown in the Prefect UI: artifacts, their keys, and the addresses of everything that they lead to.

The page of a key lists versions and shows none of them, so that links lead to versions where their id is known. Addresses
with `../../`, since an artifact is read at `/artifacts/artifact/…`: so a reader stays on the host, below the path and in
that of the two UIs where the artifact was opened, also on Prefect Cloud.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import quote

import orjson

OVERVIEW, POOLS, FINDINGS, DIGEST = "lifeguard-overview", "lifeguard-pools", "lifeguard-findings", "lifeguard-digest"
POOL_PREFIX = "lifeguard-pool-"

PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LOOKS_HASHED = re.compile(r".*-[0-9a-f]{12}")
LONGEST_SLUG = 60
UP = "../.."


@dataclass(frozen=True, slots=True)
class Artifact:
    """One version of an artifact. `data` is what the type wants: text of markdown, or the rows of a table."""

    key: str
    type: Literal["markdown", "table"]
    description: str
    data: str | Sequence[Mapping[str, str]]

    def body(self) -> dict[str, Any]:
        """What `POST /artifacts` takes; a table is JSON as text, as Prefect's own client sends it (3.9.1)."""
        data = self.data if isinstance(self.data, str) else orjson.dumps(list(self.data)).decode()
        return {"key": self.key, "type": self.type, "description": self.description, "data": data}


def pool_key(name: str) -> str:
    """The key of a pool's own artifact, which no other pool has.

    A key holds only a-z, 0-9 and dashes. A name that is one already stays as it is; any other gets a hash of the whole
    name, and so does a name that could be taken for one with a hash.
    """
    if PLAIN.fullmatch(name) and not LOOKS_HASHED.fullmatch(name) and len(name) <= LONGEST_SLUG:
        return POOL_PREFIX + name
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_SLUG].strip("-")
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()[:12]
    return POOL_PREFIX + "-".join(part for part in (readable, digest) if part)


def to_artifact(key: str, id: str | None = None) -> str:
    """Where an artifact is, from another one: the version with this id, else the list of all versions."""
    return f"{UP}/artifacts/artifact/{id}" if id else f"{UP}/artifacts/key/{key}"


def to_pool(name: str) -> str:
    """Where a work pool is, from an artifact."""
    return f"{UP}/work-pools/work-pool/{quote(name, safe='', errors='replace')}"


def to_queue(pool: str, name: str) -> str:
    """Where a work queue is, from an artifact."""
    return f"{to_pool(pool)}/queue/{quote(name, safe='', errors='replace')}"


def to_run(id: str) -> str:
    """Where a flow run is, from an artifact."""
    return f"{UP}/runs/flow-run/{quote(id, safe='')}"


def to_deployment(id: str) -> str:
    """Where a deployment is, from an artifact."""
    return f"{UP}/deployments/deployment/{quote(id, safe='')}"


def address(ui_url: str, id: str) -> str:
    """The whole address of a version of an artifact, for a person who is not in the UI yet."""
    return f"{ui_url.rstrip('/')}/artifacts/artifact/{id}"
