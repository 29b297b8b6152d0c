"""From a pool without a worker to the phone, with nothing but commands: arm, patrol, patrol, patrol."""

from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest

from blocks.pager import Pager
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.page.receiver import Receiver, receiver, webhook
from tests.remembering import TELL_AT_ONCE

AT_ONCE = {**TELL_AT_ONCE, "LIFEGUARD_CRITICAL_RECOVERY_SECONDS": "0"}


@pytest.fixture
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


@pytest.fixture
def phone(estate: Estate, phones: Receiver) -> Generator[str, None, None]:
    """A pager that is saved and armed as a user does it; nothing of it stays on the server."""
    name = f"phone-{uuid4().hex[:8]}"
    with webhook(estate.api_url, phones.port, name) as reference:
        assert lifeguard("arm", "--pager", reference, api_url=estate.api_url).status == 0
        yield name
        assert lifeguard("disarm", api_url=estate.api_url).status == 0
        Pager.delete(name)


def patrol(estate: Estate, folder: Path) -> Ended:
    url = f"sqlite:///{folder}/history.db"
    return lifeguard("patrol", api_url=estate.api_url, LIFEGUARD_DATABASE_URL=url, **AT_ONCE)


def test_a_pool_that_loses_its_worker_pages_once_and_once_more_when_it_is_well(
    estate: Estate, phones: Receiver, phone: str, tmp_path: Path
) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    patrol(estate, tmp_path)
    patrol(estate, tmp_path)
    opened = phones.wait(phone)[0]
    estate.raze()
    patrol(estate, tmp_path)
    subjects = [message["subject"].partition(" (")[0] for message in phones.wait(phone, 2)]
    well = "Work pool 'mill' has no live worker"
    assert subjects == [f"CRITICAL: {well}", f"RESOLVED: {well}"]
    assert "Next: prefect worker start --pool mill" in opened["body"]
