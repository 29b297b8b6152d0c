"""Artifacts on the server: what is known of their newest versions, and new versions. Over HTTP, so that a failure is seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lifeguard.observe.api import Api
from lifeguard.report.artifact import OVERVIEW, Artifact
from lifeguard.report.due import Written


@dataclass(frozen=True, slots=True)
class Author:
    """The run that writes, so that the Prefect UI shows its artifacts with it; None outside of a run."""

    flow_run_id: str | None = None
    task_run_id: str | None = None


async def read_shelf(api: Api) -> dict[str, Written] | None:
    """What the newest overview carries of all artifacts, None where there is none; one call. Raises `CallFailed`."""
    rows = await api.post("artifacts/latest/filter", {"artifacts": {"key": {"any_": [OVERVIEW]}}})
    return _known(rows[0].get("metadata_") or {}) if rows else None


async def write_artifact(api: Api, artifact: Artifact, author: Author, known: Mapping[str, Written]) -> None:
    """A new version of an artifact, which carries what is `known`; raises `CallFailed`."""
    body: dict[str, Any] = artifact.body() | {name: id for name, id in _ids(author) if id}
    await api.change("POST", "artifacts/", body | {"metadata_": {key: each.as_text() for key, each in known.items()}})


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
