"""What is declared and what is on the server become the same, and nothing of anybody else is touched."""

from collections.abc import Callable, Generator
from copy import deepcopy
from typing import Any
from uuid import uuid4

import anyio
import pytest
from prefect.server.events.schemas.automations import AutomationCreate

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.page.automations import declared
from lifeguard.page.pagers import Pager
from lifeguard.page.reconcile import Plan, ours, plan, reconcile
from lifeguard.page.rule_parts import Armed
from lifeguard.policy import Policy
from tests.page.arming import ask
from tests.prefect_server import PrefectServer

Row = dict[str, Any]
RULES = declared([Armed(Pager("oncall", "custom-webhook/oncall"), str(uuid4()))])
FIRST = RULES[0]["name"]


def on_server(rule: Any = RULES[0], **changes: Any) -> Row:
    """A rule in the form in which Prefect gives it back, but for what is changed; its check writes into what it checks."""
    return {**AutomationCreate.model_validate(deepcopy(rule)).model_dump(mode="json"), "id": str(uuid4()), **changes}


def names(plan_of_them: Plan) -> tuple[list[str], list[str], list[str], list[str]]:
    return (
        [each["name"] for each in plan_of_them.create],
        [there["name"] for _, there in plan_of_them.update],
        [each["name"] for each in plan_of_them.delete],
        [each["name"] for each in plan_of_them.unchanged],
    )


def test_an_empty_server_gets_everything() -> None:
    assert plan(RULES, []) == Plan(create=tuple(RULES))


def test_what_prefect_gives_back_is_what_was_declared() -> None:
    there = [on_server(rule) for rule in RULES]
    assert plan(RULES, there) == Plan(unchanged=tuple(there))


def test_what_is_not_declared_any_more_goes() -> None:
    old = on_server(name="lifeguard: page critical [gone]")
    assert plan([], [old]) == Plan(delete=(old,))


def test_of_several_with_one_name_the_first_stays() -> None:
    first, second, third = on_server(), on_server(), on_server()
    assert plan(RULES[:1], [first, second, third]) == Plan(delete=(second, third), unchanged=(first,))


def test_a_rule_that_somebody_switched_off_is_as_declared_and_is_named() -> None:
    there = on_server(enabled=False)
    assert plan(RULES[:1], [there]) == Plan(unchanged=(there,), disabled=(there,))


def in_trigger(**changes: Any) -> Callable[[Row], None]:
    return lambda row: row["trigger"].update(changes)


def in_action(**changes: Any) -> Callable[[Row], None]:
    return lambda row: row["actions"][0].update(changes)


EDITS: dict[str, Callable[[Row], None]] = {
    "the mute time": in_trigger(within=60.0),
    "one event less": in_trigger(expect=["lifeguard.incident.opened"]),
    "one label more": lambda row: row["trigger"]["match"].update({"lifeguard.work-pool": "etl"}),
    "a related resource": in_trigger(match_related={"prefect.resource.role": "flow"}),
    "no key": in_trigger(for_each=[]),
    "another text": in_action(body="help"),
    "another block": in_action(block_document_id=str(uuid4())),
    "one action more": lambda row: row["actions"].append({"type": "do-nothing"}),
    "an action of the other kind": lambda row: row["actions_on_trigger"].append({"type": "do-nothing"}),
    "no tags": lambda row: row["tags"].clear(),
    "another description": lambda row: row.update(description="mine"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edit_by_hand_is_put_back(edit: Callable[[Row], None]) -> None:
    there = on_server()
    edit(there)
    assert names(plan(RULES[:1], [there])) == ([], [FIRST], [], [])


def test_the_order_of_sets_and_keys_that_the_server_adds_are_no_edits() -> None:
    there = on_server(created="2026-11-22T12:00:00Z", color="red")
    there["trigger"]["expect"].reverse()
    there["trigger"]["invented_later"] = ["by Prefect"]
    assert plan(RULES[:1], [there]).is_settled


@pytest.fixture
def api_url(either_server: PrefectServer) -> Generator[str, None, None]:
    """A server on which nothing of ours is left after the test."""
    yield either_server.api_url
    reconciled(either_server.api_url, [])


def reconciled(api_url: str, rules: list[Any]) -> Plan:
    async def once() -> Plan:
        async with Api(Connection(api_url), Policy(request_timeout_seconds=60)) as api:
            return await reconcile(api, rules)

    return anyio.run(once)


def left(api_url: str) -> list[Any]:
    async def once() -> list[Any]:
        async with Api(Connection(api_url), Policy(request_timeout_seconds=60)) as api:
            return list(await ours(api))

    return anyio.run(once)


def test_a_second_time_nothing_is_to_do(api_url: str) -> None:
    assert names(reconciled(api_url, RULES)) == ([rule["name"] for rule in RULES], [], [], [])
    again = reconciled(api_url, RULES)
    assert (again.is_settled, len(again.unchanged)) == (True, len(RULES))


def test_what_was_edited_and_switched_off_by_hand_is_put_back_and_stays_off(api_url: str) -> None:
    reconciled(api_url, RULES[:1])
    there = left(api_url)[0]
    edited = {name: there[name] for name in ("name", "trigger", "actions")}
    edited["trigger"] = {**edited["trigger"], "within": 60}
    ask(api_url, f"automations/{there['id']}", edited, "PUT")
    ask(api_url, f"automations/{there['id']}", {"enabled": False}, "PATCH")
    done = reconciled(api_url, RULES[:1])
    assert names(done) == ([], [FIRST], [], [])
    assert [each["id"] for each in done.disabled] == [there["id"]]
    assert [(each["id"], each["enabled"], each["trigger"]["within"]) for each in left(api_url)] == [
        (there["id"], False, 0)
    ]


def test_a_copy_that_somebody_made_is_theirs(api_url: str) -> None:
    reconciled(api_url, RULES[:1])
    theirs = ask(api_url, "automations/", {**RULES[0], "actions": [{"type": "do-nothing"}]})["id"]
    assert reconciled(api_url, []).delete != ()
    found = ask(api_url, "automations/filter", {"automations": {"name": {"any_": [FIRST]}}})
    ask(api_url, f"automations/{theirs}", {}, "DELETE")
    assert [each["id"] for each in found] == [theirs]


def test_twins_of_ours_become_one(api_url: str) -> None:
    reconciled(api_url, RULES[:1])
    ask(api_url, "automations/", {**RULES[0], "owner_resource": "lifeguard.pagers"})
    assert names(reconciled(api_url, RULES[:1])) == ([], [], [FIRST], [FIRST])
    assert len(left(api_url)) == 1
