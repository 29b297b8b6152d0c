"""What the history keeps of a fix, on both databases: with its incident, and for as long."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from lifeguard.fixes import Fix, StepDone, StepFate
from lifeguard.history import Life
from lifeguard.record.database import Database
from lifeguard.record.fix_rows import remember_fix
from lifeguard.record.incident_queries import read_incident
from lifeguard.record.retention import prune
from lifeguard.record.tables import FIXES, INCIDENTS
from tests import builders as b
from tests.record.kept import rows, write

HOSTILE = "it's | `\u202e` \x00 {x}"
FINDING = b.finding("pool-paused", severity="warning")
FIX = Fix(
    fingerprint=FINDING.fingerprint,
    code=FINDING.code,
    resource=FINDING.resource,
    at=b.ahead(100),
    steps=(
        StepDone(f"work pool '{HOSTILE}'", StepFate.DONE),
        StepDone("another", StepFate.FAILED, "HTTP 503"),
    ),
    held=True,
)


def keep(database: Database, fix: Fix = FIX) -> Fix:
    return anyio.run(remember_fix, database, b.API_URL, fix)


def life(database: Database, id: int) -> Life:
    found = anyio.run(read_incident, database, id)
    assert found is not None
    return found


def opened(database: Database) -> int:
    """An incident that a patrol has opened."""
    write(database, b.judgement(findings=[FINDING], own=b.policy(warning_for_seconds=0)), "first")
    incident: int = rows(database, INCIDENTS, "id")[0]["id"]
    return incident


def prune_all(database: Database, days: int) -> dict[str, int]:
    """What goes where incidents are kept for a day, so many days later."""
    now = b.NOW + timedelta(days=days)
    pruned = anyio.run(lambda: prune(database, b.policy(keep_incidents_days=1), now, dry_run=False))
    return {name: number for name, number in pruned.by_table.items() if name in ("incidents", "fixes")}


@pytest.mark.parametrize("held", [True, False, None])
def test_a_fix_is_kept_with_the_incident_that_is_open(database: Database, held: bool | None) -> None:
    incident = opened(database)
    kept = keep(database, replace(FIX, held=held))
    assert kept.incident_id == incident
    found = life(database, incident).fixes
    assert [(each.held, each.at, each.steps[1]) for each in found] == [(held, FIX.at, FIX.steps[1])]
    assert found[0].steps[0].what == FIX.steps[0].what.replace("\x00", "\ufffd")


def test_a_fix_of_what_no_patrol_has_told_is_kept_too(database: Database) -> None:
    assert keep(database).incident_id is None
    assert [row["incident_id"] for row in rows(database, FIXES)] == [None]


def test_a_fix_of_what_is_only_suspected_belongs_to_no_incident(database: Database) -> None:
    write(database, b.judgement(findings=[FINDING], own=b.policy(warning_for_seconds=600)), "first")
    assert keep(database).incident_id is None


def test_a_fix_without_an_incident_goes_when_it_is_old(database: Database) -> None:
    keep(database)
    assert prune_all(database, days=0) == {"incidents": 0, "fixes": 0}
    assert prune_all(database, days=3) == {"incidents": 0, "fixes": 1}


def test_a_fix_stays_as_long_as_its_incident_does(database: Database) -> None:
    opened(database)
    keep(database)
    assert prune_all(database, days=3) == {"incidents": 0, "fixes": 0}
    own = b.policy(warning_recovery_seconds=0, warning_for_seconds=0)
    for at in (200, 400):
        write(database, b.judgement(findings=[], at=at, own=own), f"at {at}")
    assert prune_all(database, days=3) == {"incidents": 1, "fixes": 1}
