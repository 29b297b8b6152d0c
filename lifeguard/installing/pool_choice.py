"""The work pool that Lifeguard's own deployments run on: what it may be called, and of which type it is. Nothing is asked."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from lifeguard.configuration import ConfigurationError
from lifeguard.escaping import command, visible
from lifeguard.facts import Pool

DEFAULT_TYPE = "process"
FORBIDDEN = "/%&<>"
"""What no name on a Prefect server may hold (`BANNED_CHARACTERS` in prefect.types.names, 3.9.1)."""
RESERVED = "prefect"
"""How no pool of a user's may begin (`create_work_pool` in prefect.server.api.workers, 3.9.1)."""
CONTAINER_TYPES = ("kubernetes", "docker", "ecs", "cloud-run", "vertex-ai", "azure-container-instance", "modal")


@dataclass(frozen=True, slots=True)
class NewPool:
    """A work pool that is to be made."""

    name: str
    type: str
    base_job_template: Mapping[str, Any]

    @property
    def is_workerless(self) -> bool:
        """Whether Prefect Cloud runs its work without any worker."""
        return Pool(self.name, self.name, self.type).is_workerless


def refuse_bad_name(name: str) -> None:
    """Raise `ConfigurationError` for a name that Prefect would not take, or could not deploy to."""
    why = _what_is_wrong_with(name)
    if why:
        raise ConfigurationError(f"{visible(name)!r} cannot be the name of a work pool: {why}; give another --pool.")


def _what_is_wrong_with(name: str) -> str | None:
    if not name.strip("' \""):
        return "it is empty"
    if any(character in FORBIDDEN for character in name):
        return f"Prefect forbids {' '.join(FORBIDDEN)} in names"
    if "{{" in name or "}}" in name:
        return "prefect.yaml would read its braces as a placeholder"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "it holds characters that no address can"
    return "Prefect keeps names that begin with it for itself" if name.lower().startswith(RESERVED) else None


def new_pool(name: str, type: str | None, templates: Mapping[str, Mapping[str, Any]], *, is_cloud: bool) -> NewPool:
    """The pool to make; raises `ConfigurationError` for a type that this server does not know."""
    wanted = type or DEFAULT_TYPE
    if wanted in templates:
        return NewPool(name, wanted, templates[wanted])
    if Pool(name, name, wanted).is_workerless and not is_cloud:
        raise ConfigurationError(
            f"Only Prefect Cloud runs work pools of the type {visible(wanted)}: give --type process, or leave --type out."
        )
    raise ConfigurationError(_unknown_type(wanted, templates))


def _unknown_type(wanted: str, known: Collection[str]) -> str:
    near = get_close_matches(wanted, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"give one of {', '.join(sorted(known))}."
    return f"{visible(wanted)!r} is no type of work pool that this server knows; {hint}"


def refuse_unfit(pool: Pool, type: str | None) -> None:
    """Raise `ConfigurationError` for a pool that is of another type than is wanted, or takes no deployments."""
    if type and pool.type != type:
        raise ConfigurationError(
            f"The work pool {visible(pool.name)!r} is of the type {visible(pool.type)}, not {visible(type)}: leave --type "
            "out to use it as it is, or give another --pool."
        )
    if pool.is_agent_pool:
        raise ConfigurationError(
            f"The work pool {visible(pool.name)!r} is for the agents of Prefect 2 and takes no deployments: give another "
            "--pool."
        )


def templates_of(metadata: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Mapping[str, Any]]:
    """The template of each type of pool, from `collections/views/aggregate-worker-metadata`."""
    types: Iterable[tuple[str, Mapping[str, Any]]] = (pair for each in metadata.values() for pair in each.items())
    return {type: told.get("default_base_job_configuration") or {} for type, told in types}


def runs_in_containers(type: str) -> bool:
    """Whether files that a run writes are gone when it ends."""
    return type.startswith(CONTAINER_TYPES) or type.endswith((":push", ":managed"))


def start_a_worker(name: str) -> str:
    """The command that does."""
    return command("prefect worker start", pool=name)
