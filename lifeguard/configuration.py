"""Where the policy's values come from, and the one sentence that a wrong one is refused with.

The order is Prefect's own: environment variables win over a TOML file, that over what is saved on the server, that over
the defaults.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lifeguard.escaping import visible
from lifeguard.policy import Policy, PoolPolicy
from lifeguard.refusal import ConfigurationError

PREFIX = "LIFEGUARD_"
POLICY_FILE_VARIABLE = "LIFEGUARD_POLICY_FILE"
DATABASE_VARIABLE = "LIFEGUARD_DATABASE_URL"
PING_VARIABLE = "LIFEGUARD_PING_URL"
DEPLOYING_VARIABLES = tuple(f"LIFEGUARD_{name}" for name in ("WORK_POOL", "IMAGE", "BUILD", "REPOSITORY", "BRANCH"))
"""What prefect.yaml reads."""
OTHER_VARIABLES = frozenset({POLICY_FILE_VARIABLE, DATABASE_VARIABLE, PING_VARIABLE, *DEPLOYING_VARIABLES})
"""Variables of ours that are no part of the policy."""
KUBERNETES_ENDINGS = ("_PORT", "_HOST", "_TCP", "_PROTO", "_ADDR")
DEFAULT_POLICY_FILE = Path("lifeguard.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """Some of the policy's values and the place that they come from, as a person would call it."""

    place: str
    values: Mapping[str, Any]


def local_sources(file: Path | None, environment: Mapping[str, str]) -> list[Source]:
    """What this machine says, weakest first: the policy file, if there is one, and the environment variables.

    Raises `ConfigurationError` for a file that is missing or no TOML, and for variables that look like a typing error.
    """
    named = file or (Path(environment[POLICY_FILE_VARIABLE]) if environment.get(POLICY_FILE_VARIABLE) else None)
    if named is None and DEFAULT_POLICY_FILE.is_file():
        named = DEFAULT_POLICY_FILE
    return [*([_from_file(named)] if named else []), *_from_environment(environment)]


def merged(sources: Sequence[Source]) -> Policy:
    """One policy out of all sources, the last one winning; raises `ConfigurationError` for the first wrong value."""
    values: dict[str, Any] = {}
    for source in sources:
        values |= source.values
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_sentence(error.errors()[0], sources)) from None


def _from_file(file: Path) -> Source:
    try:
        return Source(str(file), tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigurationError(f"There is no policy file {str(file)!r}: give the path of a TOML file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The policy file {str(file)!r} cannot be read ({type(error).__name__}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"The policy file {str(file)!r} is no TOML: {error}.") from None


def _from_environment(environment: Mapping[str, str]) -> list[Source]:
    _refuse_misspelt(environment)
    return [
        Source(PREFIX + name.upper(), {name: _parsed(name, environment[PREFIX + name.upper()])})
        for name in Policy.model_fields
        if environment.get(PREFIX + name.upper(), "") != ""
    ]


def _parsed(name: str, text: str) -> Any:
    """Lists may be written with commas, tables as JSON; numbers are left to the model."""
    if name == "ignore_pools" and not text.startswith("["):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if name in ("ignore_pools", "pools"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            raise ConfigurationError(f"{PREFIX}{name.upper()} is {text!r}, which is no JSON.") from None
    return text


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    """A near miss is a typing error; anything else may be somebody else's (Kubernetes sets LIFEGUARD_SERVICE_HOST)."""
    known = {PREFIX + name.upper() for name in Policy.model_fields} | OTHER_VARIABLES
    ours = (name for name in environment if name.startswith(PREFIX) and not name.endswith(KUBERNETES_ENDINGS))
    for name in ours:
        near = get_close_matches(name, known, n=1, cutoff=0.85)
        if name not in known and near:
            raise ConfigurationError(f"{name} is no setting of Lifeguard; did you mean {near[0]}?")


def _sentence(error: ErrorDetails, sources: Sequence[Source]) -> str:
    place, path = _place(error["loc"], sources), ".".join(visible(str(step)) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{path} in {place} is no setting of the policy{_did_you_mean(list(error['loc']))}."
    where = place if place.startswith(PREFIX) else f"{path} in {place}"
    complaint = error["msg"].replace("Input should be", "should be").removeprefix("Value error, ")
    return f"{where} is {error['input']!r}, but {complaint}{_meaning(error['loc'])}."


def _place(location: tuple[int | str, ...], sources: Sequence[Source]) -> str:
    """The last source that says something about this setting, which is the one whose value was taken."""
    return next((source.place for source in reversed(sources) if location[0] in source.values), "the policy")


def _did_you_mean(location: list[int | str]) -> str:
    known = list(PoolPolicy.model_fields if len(location) > 1 else Policy.model_fields)
    near = get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?".removesuffix("?") if near else f": the settings are {', '.join(known)}"


def _meaning(location: tuple[int | str, ...]) -> str:
    field = Policy.model_fields.get(str(location[0]))
    default = cast(object, field.default) if field and len(location) == 1 else None
    return f" (default {default})" if isinstance(default, int | float) else ""
