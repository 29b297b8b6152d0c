"""Whatever a name holds, both UIs of Prefect show it as it is: here by the rules of markdown, in `tests/ui` for real."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.escaping import shortened, ui_block, ui_code, ui_link, ui_text, visible
from tests.report.boards import HOSTILE
from tests.report.ui_markdown import PARSER, kinds, links, rows, text_of

every_name = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
HARMLESS = {"paragraph_open", "inline", "paragraph_close", "text", "text_special", "code_inline", "softbreak"}


@every_name
def test_a_text_is_shown_as_it_is_and_is_nothing_else(name: str) -> None:
    assert kinds(ui_text(name)) <= HARMLESS
    assert text_of(ui_text(name)) == visible(name).strip()


@every_name
def test_a_cell_of_a_table_holds_it_whole(name: str) -> None:
    assert rows(f"| a | b |\n| --- | --- |\n| {ui_text(name)} | end |")[1] == [visible(name).strip(), "end"]


@every_name
def test_code_and_blocks_hold_it_whole(name: str) -> None:
    assert text_of(f"x {ui_code(name)}") == f"x {visible(name)}"
    assert text_of(ui_block([name, "end"])) == f"{visible(name)}\nend\n"


@every_name
def test_a_link_leads_where_it_should_and_nowhere_else(name: str) -> None:
    assert links(ui_link(name, "../../runs")) == ["../../runs"]


@given(st.text(max_size=40).map(str.lstrip))
def test_no_text_whatsoever_becomes_a_structure(text: str) -> None:
    assert kinds(ui_text(text)) <= HARMLESS


def test_what_looks_like_an_address_is_code_since_both_uis_would_make_a_link_of_it() -> None:
    assert ui_text("see http://evil.invalid now") == "see `http://evil.invalid` now"


def test_ordinary_names_stay_as_they_are_for_readers_of_a_table_that_shows_its_source() -> None:
    assert ui_text("my_pool-2 (eu) v1.0") == "my_pool-2 (eu) v1.0"


def test_a_name_that_needs_an_escape_stands_before_its_link() -> None:
    assert ui_link("a*b", "../../runs") == "a\\*b [↗](../../runs)"


def test_what_is_shortened_says_so() -> None:
    assert (shortened("x" * 9, 9), shortened("x" * 10, 9)) == ("x" * 9, "x" * 8 + "…")


def test_the_parser_of_these_tests_does_see_structure() -> None:
    assert {"em_open", "link_open"} <= {token.type for token in PARSER.parseInline("*a* [b](c)")[0].children or ()}
