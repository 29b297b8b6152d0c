"""Prefect's settings as a process tells them, by their dotted path, and the variable that sets each. No judgement.

The variable of a setting is its path in capitals behind `PREFECT_`; older names of it still work (Prefect 3.8.8 and 3.9.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
UNREACHABLE = "0.0.0.0"
"""An address to listen at, which nobody can call."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; durations are in seconds. What an older Prefect does not have is not in it."""

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def tells(self, path: str) -> bool:
        """Whether the process told anything about this setting."""
        return path in self.values

    def number(self, path: str) -> float | None:
        """A number or a duration in seconds; None where it is not told, or not set."""
        value = self.values.get(path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, path: str) -> str:
        """A text, empty where it is not told, or not set."""
        value = self.values.get(path)
        return value if isinstance(value, str) else ""

    def is_off(self, path: str) -> bool:
        """Whether it is told to be False, which not to be told is not."""
        return self.values.get(path) is False


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """The settings of the process that Lifeguard runs in, and what its environment sets.

    `set_here` are the variables of its environment by the path of the setting; `outdated` those of them with an old name,
    with the name of today. `api_host` is where it finds the API.
    """

    settings: Settings = field(default_factory=Settings)
    set_here: Mapping[str, str] = field(default_factory=dict[str, str])
    outdated: Mapping[str, str] = field(default_factory=dict[str, str])
    api_host: str = ""
    api_port: int | None = None


def variable(path: str) -> str:
    """The environment variable of a setting."""
    return f"PREFECT_{path.replace('.', '_').upper()}"


def shown(value: Any) -> str | int | float | bool | None:
    """A value fit to be shown: of an address neither user, password nor query, in which secrets may stand."""
    match value:
        case None | bool() | int() | float():
            return value
        case str() if "://" in value:
            return _address(value)
        case list():
            return ", ".join(map(str, value))  # type: ignore[reportUnknownArgumentType]
        case _:
            return str(value)


def _address(url: str) -> str:
    """Whatever stands before the last @ may be a password, even one that a URL could not hold."""
    scheme, _, rest = url.partition("://")
    try:
        parts = urlsplit(f"{scheme}://{rest.rpartition('@')[2]}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{url.partition('://')[0]}://…"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
