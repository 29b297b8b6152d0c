"""The block `pager`: what it takes, what it refuses, and that it names notification blocks that Prefect really has."""

import inspect
from collections.abc import Generator
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import prefect.blocks.notifications as notifications
import pytest
from prefect.blocks.abstract import NotificationBlock
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import ValidationError

from blocks.pager import Pager
from lifeguard.findings import Severity
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.page import pagers
from lifeguard.page.pager_settings import NOTIFICATION_TYPES, PagerSettings
from lifeguard.page.quiet_hours import QuietHours
from lifeguard.page.stored_pagers import usable_pagers
from tests.estate import PATIENT
from tests.patience import ask
from tests.prefect_server import PrefectServer

ONCALL = pagers.Pager("oncall", "slack-webhook/oncall")


@pytest.fixture
def saved(server: PrefectServer) -> Generator[str, None, None]:
    """A pager with quiet hours on the server, gone afterwards; gives the path of its document."""
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        settings = {"quiet_hours": "22:00-07:00 Europe/Zurich", "repeat_critical_hours": 0.5, "repeat_warning_hours": 0}
        document = Pager.model_validate({"notification": "slack-webhook/oncall", **settings}).save("oncall")
        yield f"block_documents/{document}"
        Pager.delete("oncall")


def read(server: PrefectServer) -> tuple[list[pagers.Pager], list[str]]:
    async def once() -> tuple[list[pagers.Pager], list[str]]:
        async with Api(Connection(server.api_url), PATIENT) as api:
            return await usable_pagers(api)

    return anyio.run(once)


def hold(server: PrefectServer, document: str, data: dict[str, Any]) -> None:
    """Make a saved block hold just this, whatever its form would say."""
    changed = {"data": data, "merge_existing_data": False}
    ask(server.api_url, "PATCH", document, changed)


def test_a_pager_is_for_what_is_critical_or_a_warning_on_every_pool() -> None:
    assert Pager(notification="slack-webhook/oncall").named("oncall") == pagers.Pager(
        "oncall", "slack-webhook/oncall", frozenset({Severity.CRITICAL, Severity.WARNING}), ("*",)
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        {"notification": "oncall"},
        {"notification": "slack-webhook/oncall/more"},
        {"notification": "slack-webhook/On Call"},
        {"severities": []},
        {"severities": ["dire"]},
        {"pools": []},
        {"pools": [""]},
        {"quiet_hours": "at night"},
        {"quiet_hours": "22:00-07:00 Europe/Zurch"},
        {"repeat_critical_hours": -1},
        {"repeat_critical_hours": float("nan")},
        {"repeat_warning_hours": 24 * 30 + 1},
    ],
)
def test_what_would_page_nobody_is_refused_when_it_is_saved(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Pager.model_validate({"notification": "slack-webhook/oncall", **nonsense})


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_form_that_was_emptied_has_no_quiet_hours(nothing: str | None) -> None:
    assert Pager(notification="slack-webhook/oncall", quiet_hours=nothing).named("oncall") == ONCALL


def test_what_was_saved_is_what_a_patrol_reads(server: PrefectServer, saved: str) -> None:
    quiet = QuietHours(time(22), time(7), ZoneInfo("Europe/Zurich"))
    severities = frozenset({Severity.CRITICAL, Severity.WARNING})
    assert read(server) == ([pagers.Pager("oncall", "slack-webhook/oncall", severities, ("*",), quiet, 0.5, 0)], [])


def test_a_pager_of_before_there_were_quiet_hours_is_read_with_the_defaults(server: PrefectServer, saved: str) -> None:
    hold(server, saved, {"notification": "slack-webhook/oncall", "severities": ["critical", "warning"], "pools": ["*"]})
    assert read(server) == ([ONCALL], [])


@pytest.mark.parametrize(
    ("nonsense", "why"),
    [
        (
            {"quiet_hours": "22:00-07:00 Europe/Zurch"},
            "quiet_hours: '22:00-07:00 Europe/Zurch' cannot be quiet hours: there is no time zone 'Europe/Zurch'; did you "
            "mean Europe/Zurich?",
        ),
        ({"quiet_hours": 22}, "quiet_hours: Input should be a valid string"),
        ({"repeat_warning_hours": -1}, "repeat_warning_hours: Input should be greater than or equal to 0"),
        ({"repeat_critical_hours": "often"}, "repeat_critical_hours: Input should be a valid number, unable to parse "),
    ],
)
def test_nonsense_that_was_saved_is_one_sentence(
    server: PrefectServer, saved: str, nonsense: dict[str, Any], why: str
) -> None:
    hold(server, saved, {"notification": "slack-webhook/oncall", **nonsense})
    usable, complaints = read(server)
    assert (usable, len(complaints)) == ([], 1)
    assert complaints[0].startswith(f"The block pager/oncall on the server cannot be used ({why}")
    assert complaints[0].endswith(
        "): mend it in the Prefect UI under Blocks, or remove it with `prefect block delete pager/oncall`."
    )


def test_its_form_says_what_each_setting_does_and_needs_only_one() -> None:
    form = Pager.model_json_schema()
    assert (form["required"], set(form["properties"])) == (["notification"], set(PagerSettings.model_fields))
    assert all(setting["description"].endswith(".") for setting in form["properties"].values()), form


def test_the_types_that_its_form_names_are_those_that_prefect_has() -> None:
    classes = [each for _, each in inspect.getmembers(notifications, inspect.isclass) if not inspect.isabstract(each)]
    own = [
        each for each in classes if each.__module__ == notifications.__name__ and issubclass(each, NotificationBlock)
    ]
    named = {each.get_block_type_slug() for each in own if not each.__name__.startswith(("Abstract", "Apprise"))}
    assert named == set(NOTIFICATION_TYPES)
