"""What changed before an incident is kept beside its proof, on every database, for as long as the incident is."""

from dataclasses import replace

import anyio

from lifeguard.record.database import Database
from lifeguard.record.incident_queries import read_incident
from lifeguard.record.kept_changes import found_in, keep_what_changed, stowed
from lifeguard.record.remember import remember
from lifeguard.what_changed import SeenChange, WhatChanged
from tests import builders as b

CHANGED = WhatChanged((SeenChange(b.ago(240), "work pool 'a\"{b}' was paused"),), older=3, is_cut_off=True)


def test_it_outlives_the_patrols_that_come_after_and_is_no_part_of_the_proof(database: Database) -> None:
    async def story() -> None:
        found = b.finding(runs=2)
        opened = (await remember(database, b.judgement(findings=[found]), "first")).opened
        await keep_what_changed(database, [replace(each, what_changed=CHANGED) for each in opened])
        await remember(database, b.judgement(findings=[found], at=60), "second")
        life = await read_incident(database, opened[0].id or 0)
        assert life is not None
        assert (life.incident.what_changed, life.incident.finding.evidence) == (CHANGED, found.evidence)

    anyio.run(story)


def test_what_nobody_asked_for_is_not_kept_as_that_nothing_changed() -> None:
    assert (stowed(None), found_in({"overdue_runs": 1})) == ({}, None)
    assert found_in(stowed(WhatChanged(unseen="HTTP 500"))) == WhatChanged(unseen="HTTP 500")
