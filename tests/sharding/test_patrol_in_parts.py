"""A patrol whose parts are runs of their own, on a worker: it finds what one part finds; with one killed it is partial."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.estate import Estate
from tests.flows.ledger import ledger
from tests.prefect_server import PrefectServer
from tests.sharding.deployed import POOL, Deployed, deployed

pytestmark = pytest.mark.timeout(400)
UNWATCHED = {"LIFEGUARD_IGNORE_POOLS": f'["{POOL}"]'}


@pytest.fixture
def ours(server: PrefectServer, tmp_path: Path) -> Generator[Deployed, None, None]:
    """An estate of four pools, two of which nobody works on and have work, and Lifeguard deployed beside them."""
    with Estate(server.api_url) as estate:
        estate.raze()
        estate.pool(POOL)
        for name in ("etl", "ml"):
            estate.overdue_run(estate.deployment(f"grind-{name}", estate.pool(name)))
        estate.pool("calm")
        estate.pool("idle", paused=True)
        with deployed(server, tmp_path, UNWATCHED) as up:
            yield up
        estate.raze()


def test_with_a_part_killed_it_is_partial_and_denies_nothing_and_whole_it_finds_what_one_finds(ours: Deployed) -> None:
    alone = ours.ended(ours.patrol())
    found = ledger(ours.history)
    whole = ours.ended(ours.patrol(shards=2))
    assert (alone["state_name"], whole["state_name"], ledger(ours.history)) == ("Degraded", "Degraded", found)
    before = {row["id"] for row in ours.parts()}
    assert [row["state_name"] for row in ours.parts()] == ["Completed"] * 2

    patrol = ours.patrol(shards=2)
    killed = ours.kill_one_part(but=before)
    partial = ours.ended(patrol)
    blind = [entry for entry in ledger(ours.history) if "pool-observation-failed" in entry.fingerprint]
    assert [entry for entry in ledger(ours.history) if entry not in blind] == found
    assert "The look was only partial" in partial["state"]["message"]
    assert (len(blind), ours.rows.run(killed["id"])["state_type"]) == (2, "CRASHED")
