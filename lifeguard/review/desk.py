"""What a rule looks at, and the finding that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Pool, Worker
from lifeguard.findings import Evidence, Finding, Resource, Severity
from lifeguard.review.known import DEFAULTS
from lifeguard.settings import OwnSettings, Settings, shown, variable

ON_THE_SERVER = "For every process of the server, then restart it"
IN_WORKERS = "For every worker, then restart it"
IN_WORKERS_OF_POOL = "For every worker of this pool, then restart it"
HERE = "For this process"


@dataclass(frozen=True, slots=True)
class Desk:
    """The settings of the API's process, if it told them, those of our own, and the estate that they are for.

    `deployments` counts those of a pool, by the pool's id, as far as it was asked for.
    """

    scene: Scene
    server: Settings | None = None
    own: OwnSettings = field(default_factory=OwnSettings)
    deployments: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def told(self) -> Settings:
        """What the server told; nothing where it told none."""
        return self.server or Settings()

    @property
    def live_workers(self) -> list[tuple[Pool, Worker]]:
        """Every worker that is known to be alive, with its pool."""
        pools = self.scene.snapshot.pools
        return [(pool, worker) for pool in pools for worker in self.scene.live_workers(pool)]


def risky(path: str, value: object, title: str, remedy: tuple[str, ...], **against: object) -> Finding:
    """A finding about a setting of the server; `against` is what its value is compared with."""
    compared = {name: shown(each) for name, each in against.items()}
    evidence: Evidence = {"setting": path, "value": shown(value), "default": shown(DEFAULTS.get(path)), **compared}
    return Finding("setting-risky", Severity.INFO, Resource("server", path, path), title, evidence, remedy)


def risky_here(path: str, value: object, title: str, remedy: tuple[str, ...], **against: object) -> Finding:
    """The same about a setting of the process that Lifeguard runs in."""
    found = risky(path, value, title, remedy, **against)
    return replace(found, resource=Resource("lifeguard", path, path))


def put(place: str, path: str, value: object) -> str:
    """The step that sets a variable."""
    return f"{place}: {variable(path)}={value}"
