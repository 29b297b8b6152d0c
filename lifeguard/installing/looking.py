"""What every part of an installation is looked at with: read once, before the parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lifeguard.configuration import Source
from lifeguard.installing.asking import Row
from lifeguard.installing.deployments_health import SeenPool
from lifeguard.installing.project import Declared
from lifeguard.observe.api import Api
from lifeguard.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Looking:
    """The server, what is deployed on it and where, and what this machine says."""

    api: Api
    snapshot: Snapshot
    declared: Sequence[Declared]
    there: Mapping[str, Row | None]
    pools: tuple[SeenPool, ...]
    environment: Mapping[str, str]
    home: Path
    sources: Sequence[Source]
