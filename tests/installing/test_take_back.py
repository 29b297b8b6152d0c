"""What an uninstallation removes and what it leaves, without a server."""

from dataclasses import replace
from typing import Any

from lifeguard.facts import Pool
from lifeguard.installing.carry_out import DESCRIPTION
from lifeguard.installing.changes import Verb
from lifeguard.installing.memory import Memory
from lifeguard.installing.remains import Remains, UsedFlow, UsedPool
from lifeguard.installing.take_back import take_back

ROW: dict[str, Any] = {"id": "d", "tags": ["lifeguard"]}
POOL = UsedPool(Pool("p", "our pool"), DESCRIPTION, other_deployments=0, live_workers=0)
THERE = Remains(
    memory=Memory(pools=("our pool",), block_types=("pager",), blocks=("pager/oncall",)),
    automations=[{"id": "a"}],
    automations_before=0,
    deployments={"patrol/patrol": ROW, "gone/gone": None},
    flows=[UsedFlow("f", "prune_history", runs=0, other_deployments=0)],
    blocks={"pager/oncall": "b"},
    block_types={"pager": ("t", [])},
    pools=[POOL],
)


def left(there: Remains) -> list[str]:
    return [each.change.told(ahead=False) for each in take_back(there).removals if each.change.verb is Verb.LEAVE]


def test_everything_goes_and_what_pages_goes_first() -> None:
    what = take_back(THERE)
    assert [path for removal in what.removals for path in removal.paths] == [
        "automations/a",
        "automations/owned-by/prefect.deployment.d",
        "deployments/d",
        "flows/f",
        "block_documents/b",
        "block_types/t",
        "work_pools/our%20pool",
    ]
    assert (what.memory.is_empty, what.warnings, left(THERE)) == (True, (), [])


def test_a_flow_that_ran_stays_for_its_runs() -> None:
    assert left(replace(THERE, flows=[UsedFlow("f", "patrol", runs=3, other_deployments=0)])) == [
        "left       flow patrol (its past runs hang on it)"
    ]


def test_what_others_use_stays_and_is_remembered() -> None:
    used = replace(THERE, pools=[replace(POOL, other_deployments=2)], block_types={"pager": ("t", ["pager/theirs"])})
    assert left(used) == [
        "left       block type pager (others saved pager/theirs)",
        "left       work pool 'our pool' (2 deployments of others use it)",
    ]
    assert take_back(used).memory == Memory(pools=("our pool",), block_types=("pager",))


def test_a_pool_that_somebody_made_anew_is_theirs() -> None:
    anew = replace(THERE, pools=[replace(POOL, description="")])
    assert left(anew) == ["left       work pool 'our pool' (its description is not the one that it was made with)"]
    assert take_back(anew).memory.is_empty


def test_a_worker_that_still_runs_is_told_of() -> None:
    assert len(take_back(replace(THERE, pools=[replace(POOL, live_workers=1)])).warnings) == 1


def test_rules_and_deployments_that_are_not_from_the_installation_stay() -> None:
    assert left(replace(THERE, automations_before=2, deployments={"patrol/patrol": {**ROW, "tags": []}})) == [
        "left       2 automations of Lifeguard (armed before `lifeguard install`; `lifeguard disarm` removes them)",
        "left       deployment patrol/patrol (it is not tagged lifeguard any more)",
    ]
