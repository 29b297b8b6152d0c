"""Long lists are read to their end, each row once, against a server that filters, sorts and cuts as Prefect's does."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.paging import ListMoved, every_row, every_run
from tests.builders import NOW, policy
from tests.proxy import Answer, Proxy, Request, as_json

Row = dict[str, Any]
Move = Callable[["Shelf"], None]
EXPECTED = "expected_start_time"
NEXT = "next_scheduled_start_time"
SORTS = {"EXPECTED_START_TIME_ASC": EXPECTED, "NEXT_SCHEDULED_START_TIME_ASC": NEXT}


def stay(shelf: "Shelf") -> None:
    """Nothing moves."""


class Shelf:
    """The rows of a server. Those that share one time come in another order at each call, as a database may do.

    `moves` happen one by one, each before a page is answered.
    """

    def __init__(self, rows: Sequence[Row], moves: Sequence[Move] = (), default_sort: str = "ID_DESC") -> None:
        self.rows = list(rows)
        self.default_sort = default_sort
        self.moves = list(moves)
        self.pages = 0

    def answer(self, request: Request) -> Answer:
        if self.moves and self.pages:
            self.moves.pop(0)(self)
        self.pages += 1
        body = request.json
        found = self._sorted(self._found(body.get("flow_runs", {})), body.get("sort", self.default_sort))
        return as_json(found[body["offset"] : body["offset"] + body["limit"]])

    def _found(self, asked: Row) -> list[Row]:
        return [row for row in self.rows if all(_is_within(row[by], window) for by, window in asked.items())]

    def _sorted(self, rows: list[Row], sort: str) -> list[Row]:
        random.Random(self.pages).shuffle(rows)
        if sort == "name":
            return sorted(rows, key=lambda row: row["name"])
        if sort == "ID_DESC":
            return sorted(rows, key=lambda row: row["id"], reverse=True)
        return sorted(rows, key=lambda row: datetime.fromisoformat(row[SORTS[sort]]))


def _is_within(time: str, window: Row) -> bool:
    at = datetime.fromisoformat(time)
    is_early_enough = "before_" not in window or at <= datetime.fromisoformat(window["before_"])
    return is_early_enough and ("after_" not in window or at >= datetime.fromisoformat(window["after_"]))


def rows_at(*minutes: float, by: str = NEXT) -> list[Row]:
    """A row for each of these times, in minutes after NOW."""
    return [
        {"id": f"{number:04}", by: (NOW + timedelta(minutes=minute)).isoformat()}
        for number, minute in enumerate(minutes)
    ]


def read(shelf: Shelf, page_size: int, by: str = NEXT, asked: Row | None = None) -> list[str]:
    """The ids that `every_run` returns."""

    async def session(api_url: str) -> list[str]:
        async with Api(Connection(api_url, verify=False), policy()) as api:
            return [row["id"] for row in await every_run(api, {"flow_runs": asked or {}}, by, page_size)]

    with Proxy(shelf.answer) as proxy:
        return anyio.run(session, proxy.api_url)


def each_once(rows: Sequence[Row]) -> Counter[str]:
    return Counter(row["id"] for row in rows)


@pytest.mark.parametrize("number", [0, 1, 4, 5, 6, 10, 11])
def test_every_run_comes_once_whatever_the_number_of_pages(number: int) -> None:
    rows = rows_at(*range(number))
    assert Counter(read(Shelf(rows), 5)) == each_once(rows)


@pytest.mark.parametrize("by", [NEXT, EXPECTED])
def test_runs_are_walked_along_either_time(by: str) -> None:
    rows = rows_at(3, 1, 2, 1, 5, by=by)
    assert Counter(read(Shelf(rows), 2, by)) == each_once(rows)


@pytest.mark.parametrize("ties", [4, 5, 6, 10, 11, 23])
def test_runs_of_one_time_may_be_more_than_a_page(ties: int) -> None:
    rows = rows_at(0, *[1] * ties, 2, 3)
    assert Counter(read(Shelf(rows), 5)) == each_once(rows)


def test_ties_that_begin_in_the_middle_of_a_page_are_read_to_their_end() -> None:
    rows = rows_at(0, 0.5, 0.7, *[1] * 12, 2)
    assert Counter(read(Shelf(rows), 5)) == each_once(rows)


def test_runs_one_microsecond_apart_are_two_times() -> None:
    later = (NOW + timedelta(minutes=1, microseconds=1)).isoformat()
    rows = [*rows_at(1, 1, 1, 1, 1, 1), {"id": "late", NEXT: later}]
    assert Counter(read(Shelf(rows), 5)) == each_once(rows)


def test_the_bounds_of_the_question_are_kept() -> None:
    rows = rows_at(*range(20))
    asked = {NEXT: {"before_": (NOW + timedelta(minutes=12)).isoformat()}}
    assert Counter(read(Shelf(rows), 5, asked=asked)) == each_once(rows[:13])


def test_a_run_that_moves_ahead_while_it_is_read_comes_once() -> None:
    def move_ahead(shelf: Shelf) -> None:
        shelf.rows[0] = {**shelf.rows[0], NEXT: (NOW + timedelta(minutes=30)).isoformat()}

    rows = rows_at(*range(20))
    assert Counter(read(Shelf(rows, [move_ahead]), 5)) == each_once(rows)


def test_runs_that_start_while_others_are_read_make_nobody_skip_the_rest() -> None:
    def three_start(shelf: Shelf) -> None:
        del shelf.rows[:3]

    rows = rows_at(*range(20))
    assert set(read(Shelf(rows, [three_start] * 3), 5)) >= {row["id"] for row in rows[9:]}


def test_runs_of_one_time_that_start_make_nobody_skip_the_rest() -> None:
    def three_start(shelf: Shelf) -> None:
        shelf.rows = sorted(shelf.rows, key=lambda row: row["id"])[:-3]

    rows = rows_at(*[1] * 30)
    assert set(read(Shelf(rows, [stay, three_start]), 5)) >= {row["id"] for row in rows[:27]}


@settings(max_examples=60, deadline=None)
@given(minutes=st.lists(st.integers(0, 6), max_size=40), page_size=st.integers(1, 7))
def test_every_run_comes_once_whatever_the_times(minutes: list[int], page_size: int) -> None:
    rows = rows_at(*minutes)
    assert Counter(read(Shelf(rows), page_size)) == each_once(rows)


@settings(max_examples=30, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 40), max_size=30, unique=True),
    page_size=st.integers(2, 6),
    chosen=st.randoms(use_true_random=False),
)
def test_runs_that_are_refused_slots_while_they_are_read_come_once(
    minutes: list[int], page_size: int, chosen: random.Random
) -> None:
    def postpone(shelf: Shelf) -> None:
        number = chosen.randrange(len(shelf.rows))
        shelf.rows[number] = {**shelf.rows[number], NEXT: (NOW + timedelta(minutes=50)).isoformat()}

    rows = rows_at(*minutes)
    assert Counter(read(Shelf(rows, [postpone]), page_size)) == each_once(rows)


def read_by_offset(shelf: Shelf, page_size: int) -> list[str]:
    """The ids that `every_row` returns."""

    async def session(api_url: str) -> list[str]:
        async with Api(Connection(api_url, verify=False), policy()) as api:
            return [row["id"] for row in await every_row(api, "work_queues/filter", {}, page_size)]

    with Proxy(shelf.answer) as proxy:
        return anyio.run(session, proxy.api_url)


@pytest.mark.parametrize("number", [0, 4, 5, 6, 10, 13])
def test_a_list_of_another_kind_is_read_by_offset_to_its_end(number: int) -> None:
    rows = rows_at(*range(number))
    assert Counter(read_by_offset(Shelf(rows), 5)) == each_once(rows)


def test_a_list_whose_order_never_holds_still_is_a_failed_call_and_never_a_part_of_it() -> None:
    rows = [{**row, "name": "default"} for row in rows_at(*range(30))]
    with pytest.raises(ListMoved):
        read_by_offset(Shelf(rows, default_sort="name"), 5)


def test_a_list_that_moves_once_is_read_again() -> None:
    def lose_the_first(shelf: Shelf) -> None:
        del shelf.rows[0]

    rows = rows_at(*range(12))
    assert Counter(read_by_offset(Shelf(rows, [lose_the_first]), 5)) == each_once(rows[1:])
