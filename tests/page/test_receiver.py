"""The receiver that stands for a phone: what it takes counts, what it does not take counts only as a request."""

import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.page.receiver import Behaviour, Receiver, answering, dropping, failing_one_in, receiver, slow, well

MESSAGE = {"subject": "s", "body": "b"}


@pytest.fixture
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


def post(phones: Receiver, path: str = "phone", timeout: float = 10) -> int | None:
    """The status that a sender sees; None for no answer."""
    try:
        return httpx.post(
            f"http://127.0.0.1:{phones.port}/{path}", json=MESSAGE, timeout=timeout, trust_env=False
        ).status_code
    except httpx.HTTPError:
        return None


def test_a_message_counts_as_soon_as_its_sender_knows_that_it_was_taken(phones: Receiver) -> None:
    for number in range(1, 101):
        assert (post(phones), len(phones.at("phone")), phones.requests["phone"]) == (200, number, number)


def test_many_senders_at_once_are_all_counted(phones: Receiver) -> None:
    with ThreadPoolExecutor(8) as senders:
        statuses = list(senders.map(post, [phones] * 80, [f"phone-{number % 4}" for number in range(80)]))
    assert statuses == [200] * 80
    assert [len(phones.at(f"phone-{number}")) for number in range(4)] == [20] * 4


@pytest.mark.parametrize(("behaviour", "seen"), [(answering(500), 500), (answering(302), 302), (dropping, None)])
def test_what_is_not_taken_is_no_message_but_a_request(
    phones: Receiver, behaviour: Behaviour, seen: int | None
) -> None:
    phones.answer_with(behaviour)
    assert (post(phones), phones.at("phone"), phones.requests["phone"]) == (seen, [], 1)
    phones.answer_with(well)
    assert (post(phones), phones.at("phone"), phones.requests["phone"]) == (200, [MESSAGE], 2)


def test_a_late_answer_is_a_message_only_for_a_sender_that_waits(phones: Receiver) -> None:
    phones.answer_with(slow(0.5))
    started = time.monotonic()
    assert (post(phones, "patient"), post(phones, "gone", timeout=0.1)) == (200, None)
    assert time.monotonic() - started > 0.5
    time.sleep(1)
    assert (phones.subjects("patient"), phones.subjects("gone"), phones.requests["gone"]) == (["s"], [], 1)


def test_some_fail_by_chance_and_always_the_same_ones() -> None:
    answers: list[list[int | None]] = []
    for _ in range(2):
        with receiver() as phones:
            phones.answer_with(failing_one_in(3, seed=1))
            answers.append([post(phones) for _ in range(60)])
            assert len(phones.at("phone")) == answers[-1].count(200)
    assert answers[0] == answers[1]
    assert 12 <= answers[0].count(500) <= 28


def test_a_sender_that_is_kept_waiting_does_not_keep_it_from_closing() -> None:
    with receiver() as phones, ThreadPoolExecutor(1) as senders:
        phones.answer_with(slow(60))
        senders.submit(post, phones, timeout=1)
        while not phones.requests["phone"]:
            time.sleep(0.01)
        started = time.monotonic()
    assert time.monotonic() - started < 5
