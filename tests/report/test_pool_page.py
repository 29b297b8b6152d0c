"""A pool's page: its state, its last hours as a picture, its incidents, queues and workers."""

from base64 import b64decode
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from lifeguard.pool_day import Point, PoolDay
from lifeguard.report.board import Board
from lifeguard.report.pool_page import NO_HISTORY, NO_PICTURE, pool_page
from lifeguard.spans import Span
from lifeguard.what_changed import SeenChange, WhatChanged
from tests import builders as b
from tests.report.boards import HOSTILE, board, opened
from tests.report.ui_markdown import headings, links, rows, text_of

DAY = Span(b.ago(86_400), b.NOW)
SHOWN = PoolDay(DAY, points=(Point(b.ago(3600), 1, 0),), watched=(DAY,))


def page(of: Board, day: PoolDay | None = None) -> str:
    return str(pool_page(of, of.judgement.pools[0], day).data)


def test_it_begins_with_the_verdict_and_the_numbers() -> None:
    told = page(board(seen=b.snapshot(pools=[b.pool(limit=3, active_slots=1)], waiting=[b.run(overdue=90)])))
    assert headings(told)[0].startswith("🟢 etl: healthy") or headings(told)[0].startswith("🟠 etl: degraded")
    assert "1 of 1 workers alive · 1 overdue (the oldest for 1 min 30 s) · slots 1 of 3" in text_of(told)


def test_it_holds_the_picture_itself() -> None:
    (picture,) = [address for address in links(page(board(), SHOWN)) if address.startswith("data:")]
    kind, _, data = picture.partition(";base64,")
    assert kind == "data:image/svg+xml" and fromstring(b64decode(data)).tag.endswith("svg")


def test_without_a_history_it_says_why_there_is_no_picture() -> None:
    assert NO_HISTORY.split("(")[0] in text_of(page(board()))


def test_before_the_second_patrol_there_is_nothing_to_draw() -> None:
    assert NO_PICTURE in text_of(page(board(), replace(SHOWN, watched=())))


def test_a_picture_that_cannot_be_drawn_keeps_nothing_else_from_being_shown() -> None:
    impossible = replace(SHOWN, points=(Point(b.ago(3600), 10**400, 0),))
    assert "The picture could not be drawn (OverflowError)." in text_of(page(board(), impossible))


def test_open_incidents_are_told_in_full_and_past_ones_in_a_line() -> None:
    past = replace(opened(b.finding("pool-paused")), gone_since=b.ago(60), resolved_at=b.ago(10))
    told = page(board(opened(b.finding())), replace(SHOWN, incidents=(past,)))
    assert "Next:" in told and "prefect work-pool inspect etl" in told
    assert ["🔴 critical", "pool-paused", "etl", "2026-11-22 11:49", "10 min", "1"] in rows(told)


def test_what_changed_before_an_open_incident_stands_beside_it_whatever_its_name_is() -> None:
    name = HOSTILE["a link"]
    lowered = SeenChange(b.ago(840), f"the limit of work pool '{name}' went from 10 to 1")
    told = page(board(replace(opened(b.finding()), what_changed=WhatChanged((lowered,), older=2))))
    assert "What changed in the hour before it opened:" in told
    assert f"the limit of work pool '{name}' went from 10 to 1 at 11:46 UTC, 4 min before" in text_of(told)
    assert not [address for address in links(told) if "evil" in address]


def test_workers_that_are_alive_come_first_with_the_age_of_their_heartbeat() -> None:
    dead, alive = b.worker("a-dead", silent=4000), b.worker("b-alive", silent=4)
    told = page(board(seen=b.snapshot(workers=[dead, alive])))
    assert rows(told)[-2:] == [["b-alive", "🟢 4 s ago", "ONLINE"], ["a-dead", "🔴 1 h 6 min ago", "OFFLINE"]]


def test_workers_that_could_not_be_seen_are_not_none() -> None:
    told = page(board(seen=b.snapshot(missing=[b.unseen("workers", "etl")])))
    assert "They could not be seen." in told


def test_a_pool_that_needs_no_workers_lists_none() -> None:
    told = page(board(seen=b.snapshot(pools=[b.pool(type="ecs:push")])))
    assert "Workers" not in headings(told) and "needs no workers" in told


def test_a_thousand_dead_workers_are_counted() -> None:
    dead = [b.worker(f"w-{number}", silent=4000) for number in range(1000)]
    assert "And 975 more, heard longer ago." in page(board(seen=b.snapshot(workers=dead)))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_becomes_a_link_or_an_image(name: str) -> None:
    seen = b.snapshot(pools=[b.pool(name)], queues=[b.queue(name, name)], workers=[b.worker(name, name)])
    led = links(page(board(opened(b.finding(pool=name)), seen=seen)))
    assert all(address.startswith(("../../", "data:")) for address in led)
