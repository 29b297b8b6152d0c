"""Artifacts on the server: what is known of their newest versions, and new versions. Over HTTP, so that a failure is seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lifeguard.observe.api import Api
from lifeguard.report.artifact import DIGEST, OVERVIEW, Artifact
from lifeguard.report.due import Written


@dataclass(frozen=True, slots=True)
class Author:
    """The run that writes, so that the Prefect UI shows its artifacts with it; None outside of a run."""

    flow_run_id: str | None = None
    task_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The ids of the newest overview and digest, and what the overview carries of all artifacts of patrols."""

    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    written: Mapping[str, Written] = field(default_factory=dict[str, Written])


async def read_shelf(api: Api) -> Shelf:
    """What is on the server, in one call. Raises `CallFailed`.

    The `id` of what a filter answers is not that of the artifact, which `latest_id` is (Prefect 3.9.1).
    """
    rows = await api.post("artifacts/latest/filter", {"artifacts": {"key": {"any_": [OVERVIEW, DIGEST]}}})
    by_key: dict[str, dict[str, Any]] = {row["key"]: row for row in rows}
    metadata: dict[str, str] = by_key.get(OVERVIEW, {}).get("metadata_") or {}
    return Shelf({key: row["latest_id"] for key, row in by_key.items()}, _known(metadata))


async def write_artifact(api: Api, artifact: Artifact, author: Author, known: Mapping[str, Written]) -> str:
    """A new version of an artifact, which carries what is `known`; its id. Raises `CallFailed`."""
    body: dict[str, Any] = artifact.body() | {name: id for name, id in _ids(author) if id}
    metadata = {key: each.as_text() for key, each in known.items()}
    written = await api.change("POST", "artifacts/", body | {"metadata_": metadata})
    return str(written["id"])


def _ids(author: Author) -> tuple[tuple[str, str | None], ...]:
    return ("flow_run_id", author.flow_run_id), ("task_run_id", author.task_run_id)


def _known(metadata: Mapping[str, str]) -> dict[str, Written]:
    """What cannot be read counts as never written."""
    known: dict[str, Written] = {}
    for key, text in metadata.items():
        try:
            known[key] = Written.from_text(text)
        except (ValueError, AttributeError, OverflowError, OSError):
            continue
    return known
