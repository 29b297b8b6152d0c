"""Parts that nobody takes up, and histories that parts cannot share: on a real server, with no worker."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import anyio
import pytest

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import Look, begin, inspect_work_pools
from lifeguard.record.database import database_at
from lifeguard.sharding.in_parts import NotInParts, look_in_parts
from lifeguard.sharding.taking_part import NotWanted, look_at_share
from lifeguard.snapshot import WORKERS_AND_RUNS, Missing, Snapshot
from tests.deploying.server_rows import Rows
from tests.estate import PATIENT, Estate

IMPATIENT = PATIENT.model_copy(update={"parts_within_seconds": 10.0})


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a history that all could share."""
    url = f"sqlite:///{tmp_path / 'history.db'}"
    monkeypatch.setenv("LIFEGUARD_DATABASE_URL", url)
    return url


@pytest.fixture
def pools(estate: Estate) -> Estate:
    """Two pools with due work that nobody works on."""
    for name in ("etl", "ml"):
        estate.overdue_run(estate.deployment(f"grind-{name}", estate.pool(name)))
    return estate


def looked_in_parts(estate: Estate, home: Path, taken_up: str | None = None) -> Snapshot:
    """A look in two parts; of a history that is given, the first part is looked at too."""
    patrol_id = str(uuid4())

    async def look() -> Snapshot:
        async with Api(Connection(estate.api_url), IMPATIENT) as api:
            looking = Look(api, IMPATIENT)
            seen = await inspect_work_pools(looking, await begin(looking, datetime.now(UTC)))
            if taken_up is None:
                return await look_in_parts(looking, seen, patrol_id, 2, home, datetime.now(UTC))
            looked: list[Snapshot] = []
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(take_first_up, taken_up)
                looked.append(await look_in_parts(looking, seen, patrol_id, 2, home, datetime.now(UTC)))
            return looked[0]

    async def take_first_up(url: str) -> None:
        with anyio.fail_after(60):
            while not await is_taken_up(url):
                await anyio.sleep(0.1)

    async def is_taken_up(url: str) -> bool:
        async with Api(Connection(estate.api_url), IMPATIENT) as api:
            try:
                await look_at_share(api, database_at(url, "the test"), patrol_id, 1, lambda _: None)
            except NotWanted:
                return False
            return True

    return anyio.run(look)


def lost_of(seen: Snapshot) -> list[Missing]:
    return [missing for missing in seen.missing if missing.what == WORKERS_AND_RUNS]


def test_without_a_history_that_others_reach_it_says_what_to_name(
    pools: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIFEGUARD_DATABASE_URL", raising=False)
    with pytest.raises(NotInParts, match=r"default file.*LIFEGUARD_DATABASE_URL"):
        looked_in_parts(pools, tmp_path)


def test_without_its_deployment_it_says_how_to_put_it_up(pools: Estate, tmp_path: Path, history: str) -> None:
    with pytest.raises(NotInParts, match=r"look_at_part/look_at_part is not there.*lifeguard install"):
        looked_in_parts(pools, tmp_path)


def test_parts_that_nobody_takes_up_are_lost_and_called_off(pools: Estate, tmp_path: Path, history: str) -> None:
    part = pools.deployment("look_at_part", pools.pool("own"), flow="look_at_part")
    seen = looked_in_parts(pools, tmp_path)
    rows = Rows(pools.api_url)
    ends = [row["state_type"] for row in rows.runs(part)]
    rows.close()
    assert {missing.pool_name for missing in lost_of(seen)} == {"etl", "ml", "own"}
    assert [each.reason for each in lost_of(seen) if "nobody took up its run" not in each.reason] == []
    assert ends == ["CANCELLED", "CANCELLED"]


def test_what_one_part_saw_is_kept_when_the_other_is_lost(pools: Estate, tmp_path: Path, history: str) -> None:
    pools.deployment("look_at_part", pools.pool("own"), flow="look_at_part")
    seen = looked_in_parts(pools, tmp_path, taken_up=history)
    lost = {missing.pool_id for missing in lost_of(seen)}
    assert set(seen.workers) == {pool.id for pool in seen.pools} - lost
    assert 0 < len(lost) < 3
