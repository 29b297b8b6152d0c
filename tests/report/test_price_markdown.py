"""The end of the overview tells what the look cost the server, and what to do before it may cost too much."""

from dataclasses import replace

from lifeguard.report.board import drafts_of
from lifeguard.report.overview import overview
from lifeguard.report.price_markdown import cost
from lifeguard.snapshot import Price
from tests import builders as b
from tests.report.boards import EVIL, HOSTILE, board
from tests.report.ui_markdown import headings, links, rows, text_of

DEAR = {
    "flow_runs/filter": Price(40, 2_400_000, 3.25),
    "work_pools/{name}/workers/filter": Price(190, 61_000, 1.5),
    "ready": Price(1, 20, 0.01),
}


def told(*, calls: int = 231, ceiling: int = 5000, prices: dict[str, Price] = DEAR) -> str:
    seen = replace(b.snapshot(), api_calls=calls, prices=prices)
    return "\n\n".join(cost(b.judgement(seen, own=b.policy(call_ceiling=ceiling))))


def test_it_says_what_the_look_cost_and_how_much_of_its_ceiling_that_is() -> None:
    assert text_of(told()).splitlines()[1] == (
        "231 API calls in 2.0 s, 2.5 MB received. That is 5 % of the 5,000 calls that a look may make (call_ceiling)."
    )


def test_the_kinds_of_endpoint_come_with_the_dearest_first() -> None:
    assert rows(told())[1:] == [
        ["flow_runs/filter", "40", "2.4 MB", "3.25 s"],
        ["work_pools/{name}/workers/filter", "190", "61 kB", "1.50 s"],
        ["ready", "1", "20 B", "0.01 s"],
    ]


def test_kinds_beyond_the_dearest_are_added_up() -> None:
    many = {f"kind-{number}": Price(1, 1000, 10 - number) for number in range(9)}
    assert rows(told(calls=9, prices=many))[-1] == ["3 other kinds", "3", "3 kB", "9.00 s"]


def test_what_the_parts_of_a_look_asked_is_counted_though_nobody_knows_its_kinds() -> None:
    assert rows(told(calls=1231))[-1] == ["by the parts of this look", "1,000", "", ""]


def test_near_to_the_ceiling_it_says_what_to_do() -> None:
    assert "raise call_ceiling, or leave pools out (ignore_pools)" in told(calls=4000)
    assert "raise call_ceiling" not in told(calls=3999)


def test_a_kind_that_somebody_could_name_leads_nowhere() -> None:
    shown = told(prices={name: Price(1, 1, 1) for name in HOSTILE.values()})
    assert links(shown) == [] and EVIL not in str(links(shown))


def test_it_is_the_end_of_the_overview_and_does_not_make_a_new_version_of_it() -> None:
    cheap, dear = (board(seen=replace(b.snapshot(), prices=prices)) for prices in ({}, DEAR))
    assert headings(str(overview(dear).data)) == [
        *headings(str(overview(cheap).data)),
        "What this look cost the server",
    ]
    assert drafts_of(cheap, ()) == drafts_of(dear, ())
