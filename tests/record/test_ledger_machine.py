"""The ledger driven at random on both databases, and compared after each step with a plain model of it.

Findings come, go, ease and worsen; looks are partial, late, written twice, interrupted by an error, or after a clock that
was set back. A failure is not shrunk, which would take longer than a test may.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

import anyio
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import RowMapping, select

from lifeguard.facts import Server
from lifeguard.findings import Finding
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement
from lifeguard.record.database import Database
from lifeguard.record.remember import remember
from lifeguard.record.tables import CHANGES, INCIDENTS, PATROLS, SERVERS
from lifeguard.snapshot import Snapshot
from tests.builders import API_URL, NOW, finding, judgement, policy, snapshot, unseen
from tests.record.ledger_model import LEVELS, Edge, Model

NAMES = {finding(code, pool).fingerprint: (code, pool) for code in ("a", "b") for pool in ("etl", "ml")}
VIEWS: dict[str, tuple[Snapshot, tuple[str, ...], Callable[[str], bool]]] = {
    "everything": (snapshot(), (), lambda _: False),
    "all but etl": (snapshot(missing=[unseen("workers", "etl")]), (), lambda name: name.endswith("etl")),
    "only etl": (snapshot(), ("etl",), lambda name: not name.endswith("etl")),
    "no runs": (snapshot(missing=[unseen("active runs")]), (), lambda _: True),
    "no server": (snapshot(server=Server(API_URL, reachable=False)), (), lambda _: True),
}
STEPS = ("live_incidents", "forget", "write", "tell", "write_readings")
KINDS = ("opened", "escalated", "resolved", "still_open")

gaps = st.sampled_from((0, 20, 45, 60, 60, 60, 299, 300, 4000))
sights = st.dictionaries(
    st.sampled_from(sorted(NAMES)), st.tuples(st.sampled_from(LEVELS), st.booleans()), max_size=len(NAMES)
)
views = st.sampled_from(("everything", "everything", *VIEWS))
Sights = dict[str, tuple[str, bool]]
Told = dict[str, list[str]]


def found(name: str, severity: str, is_sure: bool) -> Finding:
    code, pool = NAMES[name]
    return finding(code, pool, severity, is_confirmed=is_sure)


def told(changes: Changes) -> Told:
    return {kind: sorted(incident.fingerprint for incident in getattr(changes, kind)) for kind in KINDS}


def expected(edges: list[Edge], still: list[str]) -> Told:
    changed = {kind: sorted(name for name, of, *_ in edges if of == kind) for kind in KINDS}
    return changed | {"still_open": sorted(set(still) - {name for name, *_ in edges})}


def after_now(time: datetime | None) -> float | None:
    return None if time is None else (time - NOW).total_seconds()


async def interrupted(*_: Any) -> None:
    raise LookupError("in the middle")


class LedgerMachine(RuleBasedStateMachine):
    """Each example is a server of its own in one database."""

    database: ClassVar[Database]
    servers: ClassVar["count[int]"]

    def __init__(self) -> None:
        super().__init__()
        self.server = f"server-{next(self.servers)}"
        self.model = Model()
        self.clock = 0.0
        self.written: list[tuple[Judgement, str, list[Edge]]] = []

    @rule(gap=gaps, seen=sights, view=views)
    def patrol(self, gap: float, seen: Sights, view: str) -> None:
        self.clock += gap
        self._patrol(self.clock, seen, view)

    @rule(gap=gaps)
    def healthy_patrol(self, gap: float) -> None:
        self.clock += gap
        self._patrol(self.clock, {}, "everything")

    @rule(lateness=st.sampled_from((1, 60, 899)), seen=sights, view=views)
    def late_patrol(self, lateness: float, seen: Sights, view: str) -> None:
        self._patrol(self.clock - lateness, seen, view)

    @rule(back=st.sampled_from((900, 3600)), seen=sights)
    def patrol_after_the_clock_was_set_back(self, back: float, seen: Sights) -> None:
        self.clock -= back
        self._patrol(self.clock, seen, "everything")

    @rule(gap=gaps, seen=sights, step=st.sampled_from(STEPS))
    def patrol_that_is_interrupted(self, gap: float, seen: Sights, step: str) -> None:
        self.clock += gap
        is_late = self.model.last_start is not None and -900 < self.clock - self.model.last_start < 0
        judged = self._judgement(self.clock, seen, "everything")
        with pytest.MonkeyPatch.context() as broken, pytest.raises(LookupError):
            broken.setattr(f"lifeguard.record.remember.{'live_incidents' if is_late else step}", interrupted)
            anyio.run(remember, self.database, judged, f"{self.server}-interrupted")
        self._compare()

    @precondition(lambda self: bool(self.written))
    @rule(data=st.data())
    def patrol_that_is_written_again(self, data: st.DataObject) -> None:
        judged, id, edges = data.draw(st.sampled_from(self.written))
        assert told(anyio.run(remember, self.database, judged, id)) == expected(edges, self.model.open)
        self._compare()

    def _judgement(self, at: float, seen: Sights, view: str) -> Judgement:
        picture, only, _ = VIEWS[view]
        findings = [found(name, *how) for name, how in seen.items()]
        return judgement(
            picture, at=at, findings=findings, own=policy(server_name=self.server, critical_for_seconds=30), only=only
        )

    def _patrol(self, at: float, seen: Sights, view: str) -> None:
        judged, id = self._judgement(at, seen, view), f"{self.server}-{len(self.written)}"
        edges = self.model.patrol(at, seen, VIEWS[view][2])
        self.written.append((judged, id, edges))
        assert told(anyio.run(remember, self.database, judged, id)) == expected(edges, self.model.open)
        self._compare()

    def _compare(self) -> None:
        incidents, changes, patrols = anyio.run(self._stored)
        live = [row for row in incidents if row["resolved_at"] is None]
        assert sorted(map(_as_in_the_model, live)) == sorted(
            (name, known.first, known.last, known.opened, known.worse, known.gone, known.told)
            for name, known in self.model.live.items()
        )
        assert sorted((c["fingerprint"], c["kind"], c["told_as"], after_now(c["at"])) for c in changes) == sorted(
            self.model.edges
        )
        assert Counter(row["superseded"] for row in patrols) == Counter(
            {True: self.model.superseded, False: self.model.patrols - self.model.superseded}
        )
        for incident in incidents:
            _assert_in_order(incident, [change for change in changes if change["incident_id"] == incident["id"]])

    async def _stored(self) -> tuple[list[RowMapping], list[RowMapping], list[RowMapping]]:
        own = select(SERVERS.c.id).where(SERVERS.c.name == self.server).scalar_subquery()
        changes = (
            select(CHANGES.c.incident_id, CHANGES.c.kind, CHANGES.c.at, CHANGES.c.severity.label("told_as"))
            .add_columns(INCIDENTS.c.fingerprint)
            .join(INCIDENTS)
            .where(INCIDENTS.c.server_id == own)
            .order_by(CHANGES.c.id)
        )
        engine = self.database.engine()
        try:
            async with engine.connect() as connection:
                found = await connection.execute(select(INCIDENTS).where(INCIDENTS.c.server_id == own))
                edges = await connection.execute(changes)
                patrols = await connection.execute(select(PATROLS).where(PATROLS.c.server_id == own))
                return list(found.mappings()), list(edges.mappings()), list(patrols.mappings())
        finally:
            await engine.dispose()


def _as_in_the_model(row: RowMapping) -> tuple[Any, ...]:
    times = ("first_seen_at", "last_seen_at", "opened_at", "worse_since", "gone_since")
    severity = row["severity"] if row["opened_at"] else None
    return (row["fingerprint"], *(after_now(row[name]) for name in times), severity)


def _assert_in_order(incident: RowMapping, changes: list[RowMapping]) -> None:
    """Opened once and first, resolved at most once and last, its times in the order in which they came."""
    kinds = [change["kind"] for change in changes]
    assert kinds[:1] == ([] if incident["opened_at"] is None else ["opened"])
    assert kinds[1:] == ["escalated"] * kinds.count("escalated") + ["resolved"] * bool(incident["resolved_at"])
    times = [change["at"] for change in changes]
    assert times == sorted(times) and incident["first_seen_at"] <= incident["last_seen_at"]


def test_the_ledger_does_what_its_description_says(database: Database) -> None:
    examples = 14 if database.file else 5

    class OnThis(LedgerMachine):
        servers = count(1)

    OnThis.database = database
    run_state_machine_as_test(
        OnThis,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            derandomize=True,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
