"""One look and what came of it: the policy is settled, the server looked at, the snapshot judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lifeguard.configuration import Source, merged
from lifeguard.diagnose.checks import by_harm, diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import seconds
from lifeguard.findings import BLIND_CODES, Finding, PoolReading, Severity
from lifeguard.memory import NOTHING_KNOWN, Memory, left_by, recent
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.look import Look, Progress, begin, go_on
from lifeguard.observe.stored_policy import read_stored_policy
from lifeguard.policy import Policy
from lifeguard.signatures.sign import Sign
from lifeguard.snapshot import Snapshot
from lifeguard.spans import Span


@dataclass(frozen=True, slots=True)
class Judgement:
    """A snapshot, what it was judged by, and what was found, most harmful first.

    `only` names the pools that the look was limited to, none where it was not.
    """

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    pools: tuple[PoolReading, ...]
    started_at: datetime
    finished_at: datetime
    policy: Policy = field(default_factory=Policy)
    only: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything that a verdict rests on was seen and every check ran."""
        return self.snapshot.is_complete and not any(finding.code in BLIND_CODES for finding in self.findings)

    def worst(self, at_least: Severity) -> list[Finding]:
        """What was found at or above a severity; not having been able to look is not a find."""
        return [f for f in self.findings if f.severity.rank >= at_least.rank and f.code not in BLIND_CODES]


async def settle(
    api: Api, sources: Sequence[Source], only: tuple[str, ...], tell: Progress, now: datetime
) -> tuple[Look, Snapshot]:
    """Reach the server and settle the policy: what is saved there is weaker than what this machine says."""
    look = Look(api, merged(sources), only, tell)
    snapshot = await begin(look, now)
    if not snapshot.can_go_on:
        return look, snapshot
    stored, missing = await read_stored_policy(api)
    look = replace(look, policy=merged([*stored, *sources]))
    api.follow(look.policy)
    return look, replace(snapshot, missing=snapshot.missing + missing)


async def judge(
    api: Api,
    sources: Sequence[Source],
    only: tuple[str, ...] = (),
    tell: Progress = lambda _: None,
    clock: Callable[[], datetime] = utc_now,
    signs: tuple[Sign, ...] = (),
    memory: Memory = NOTHING_KNOWN,
    on_patrol: bool = False,
) -> Judgement:
    """Look once at everything, or at `only` these pools; raises `ConfigurationError` where no look is possible.

    `signs` are what logs say that no API has; `memory` is what an earlier look at everything left in its snapshot. On patrol
    a look is paced, and leaves calls for telling.
    """
    with api.looking(on_patrol=on_patrol):
        look, snapshot = await settle(api, sources, only, tell, clock())
        usable = recent(memory, to_be_remembered(look, snapshot))
        snapshot = await go_on(look, replace(snapshot, signs=signs, memory=usable))
    return judgement_of(look, snapshot, clock())


def to_be_remembered(look: Look, snapshot: Snapshot) -> Span:
    """From when to when what was read may stand for asking again; an empty time where nothing may, as for some pools."""
    within = 0.0 if look.only else look.policy.reread_after_seconds
    return Span(snapshot.taken_at - seconds(within), snapshot.taken_at)


def judgement_of(look: Look, snapshot: Snapshot, now: datetime) -> Judgement:
    """Judge a finished snapshot by the server's clock; `now` is the local one.

    What it leaves for the next look is nothing where it was limited to some pools.
    """
    left = NOTHING_KNOWN if look.only else left_by(snapshot.memory, snapshot.taken_at)
    snapshot = replace(snapshot, memory=left)
    scene = Scene(snapshot, look.policy, snapshot.taken_at)
    findings = diagnose(scene)
    return Judgement(
        snapshot=snapshot,
        findings=tuple(findings),
        pools=tuple(read_pools(scene, findings)),
        started_at=snapshot.taken_at,
        finished_at=now + seconds(snapshot.server.clock_skew_seconds),
        policy=look.policy,
        only=look.only,
    )


def with_finding(judgement: Judgement, finding: Finding) -> Judgement:
    """The judgement with one more finding, in its place."""
    return replace(judgement, findings=tuple(sorted((*judgement.findings, finding), key=by_harm)))
