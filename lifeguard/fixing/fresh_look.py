"""A look of its own before a fix and after it, so that nothing is done about what is no longer so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from lifeguard.configuration import Source, merged
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding, Resource, ResourceKind, Severity
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import Progress
from lifeguard.record.sight import sight_of


@dataclass(frozen=True, slots=True)
class FreshLook:
    """What is found now."""

    judgement: Judgement

    @property
    def scene(self) -> Scene:
        """What plans are made from."""
        seen = self.judgement.snapshot
        return Scene(seen, self.judgement.policy, seen.taken_at)

    def the(self, fingerprint: str) -> Finding | None:
        """The finding of this fingerprint, if there is one."""
        return next((each for each in self.judgement.findings if each.fingerprint == fingerprint), None)

    def could_see(self, finding: Finding) -> bool:
        """Whether its absence proves something."""
        return sight_of(self.judgement).covers(finding)

    def could_deny(self, fingerprint: str) -> bool:
        """Whether it would have found what has this fingerprint, of which no more is known."""
        code, _, rest = fingerprint.partition(":")
        kind, _, id = rest.partition(":")
        resource = Resource(cast(ResourceKind, kind), id, "")
        return self.judgement.is_complete and self.could_see(Finding(code, Severity.INFO, resource, ""))


async def look_afresh(connection: Connection, sources: Sequence[Source], tell: Progress) -> FreshLook:
    """Look at everything; raises `ConfigurationError`. Its calls are counted for themselves, under the policy's ceiling."""
    async with Api(connection, merged(sources)) as api:
        return FreshLook(await judge(api, sources, tell=tell))


async def look_at_workers(connection: Connection, sources: Sequence[Source], pool: str, tell: Progress) -> FreshLook:
    """Look at one pool; raises `ConfigurationError`, also where there is no such pool."""
    async with Api(connection, merged(sources)) as api:
        return FreshLook(await judge(api, sources, (pool,), tell))
