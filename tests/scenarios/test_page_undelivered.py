"""page-undelivered: a pager that the server does not reach, by the server's own words."""

import time
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from lifeguard.findings import Finding
from tests.estate import Estate, wait_until
from tests.page.arming import arm, pager
from tests.page.receiver import Answer, Receiver, receiver, webhook
from tests.page.saving import saved_pager
from tests.patrolling import AT_ONCE, patrolled

pytestmark = pytest.mark.timeout(400)
PAUSE_SECONDS = 2.0
"""Between two patrols; one after the other they would keep the machine busy that the server needs."""
IMPATIENT = {**AT_ONCE, "LIFEGUARD_RETELL_AFTER_SECONDS": "25"}


@pytest.fixture
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


@pytest.fixture
def saved(estate: Estate, phones: Receiver) -> Generator[dict[str, str], None, None]:
    """Three pagers: one that is well, one whose webhook answers 500, and one that nobody armed."""
    names = {kind: f"{kind}-{uuid4().hex[:8]}" for kind in ("well", "deaf", "unarmed")}
    phones.answer_with(lambda path: Answer(500 if path == names["deaf"] else 200))
    with ExitStack() as stack:
        for name in names.values():
            stack.enter_context(webhook(estate.api_url, phones.port, name))
            stack.enter_context(saved_pager(estate.api_url, name))
        arm(estate.api_url, *(pager(names[kind]) for kind in ("well", "deaf")))
        yield names
        arm(estate.api_url)


def test_a_pager_that_is_not_reached_is_named_and_one_that_is_reached_is_not(
    estate: Estate, phones: Receiver, saved: dict[str, str], tmp_path: Path
) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))

    def unreached() -> dict[str, Finding]:
        time.sleep(PAUSE_SECONDS)
        found = patrolled(estate.api_url, tmp_path, IMPATIENT).judgement.findings
        assert "triggers-stalled" not in {each.code for each in found}, "the rule of one of them fired"
        return {each.resource.name: each for each in found if each.code == "page-undelivered"}

    wait_until(lambda: len(unreached()) == 2, "both are known not to have been reached", 90)
    reasons = {name: each.evidence["reason"] for name, each in unreached().items()}
    assert reasons == {
        saved["deaf"]: "its rule fired, and the server does not say that it was sent",
        saved["unarmed"]: "it is not armed",
    }
    arm(estate.api_url, *(pager(name) for name in saved.values()))
    phones.answer_with(lambda _: Answer(200))
    wait_until(lambda: unreached() == {}, "every pager was reached", 180)
    pools = {name: [subject for subject in phones.subjects(name) if "'mill'" in subject] for name in saved.values()}
    assert {name: len(subjects) for name, subjects in pools.items()} == dict.fromkeys(saved.values(), 1)
