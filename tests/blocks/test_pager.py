"""The block `pager`: what it takes, what it refuses, and that it names notification blocks that Prefect really has."""

import inspect
from typing import Any

import prefect.blocks.notifications as notifications
import pytest
from prefect.blocks.abstract import NotificationBlock
from pydantic import ValidationError

from blocks.pager import Pager
from lifeguard.findings import Severity
from lifeguard.page import pagers
from lifeguard.page.pager_settings import NOTIFICATION_TYPES


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
    ],
)
def test_what_would_page_nobody_is_refused_when_it_is_saved(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Pager.model_validate({"notification": "slack-webhook/oncall", **nonsense})


def test_the_types_that_its_form_names_are_those_that_prefect_has() -> None:
    classes = [each for _, each in inspect.getmembers(notifications, inspect.isclass) if not inspect.isabstract(each)]
    own = [
        each for each in classes if each.__module__ == notifications.__name__ and issubclass(each, NotificationBlock)
    ]
    named = {each.get_block_type_slug() for each in own if not each.__name__.startswith(("Abstract", "Apprise"))}
    assert named == set(NOTIFICATION_TYPES)
