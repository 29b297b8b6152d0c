"""Whatever a user can name reaches shells and readers as it is: proven with a real bash and a real markdown parser."""

import html
import re
import subprocess
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lifeguard.escaping import command, markdown, markdown_code, shell, visible

HOSTILE = (
    "",
    " ",
    "two words",
    "it's",
    '"$(id)"',
    "`id`",
    "$HOME",
    "a;b|c&d>e<f",
    "!!",
    "~",
    "*",
    "-rf",
    "--",
    "back\\slash",
    "trailing\\",
    "line\nbreak",
    "tab\tand\rreturn",
    "\x1b[31mred",
    "\x07\x1f0",
    "\x7f",
    "\u200b0\u202eevil",
    "\U000e0041",
    "👩\u200d💻",
    "ünïcode ключ 鍵",
    "'\n'",
)
UNSEEN = (
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200e",
    "\ufeff",
    "\u00ad",
    "\x00",
    "\x1b",
    "\n",
    "\t",
    "\x9f",
    "\u2028",
    "\ue000",
)
LATIN_CONTROLS = [chr(code) for code in (*range(0x80, 0xA0), 0xAD)]
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=["\x00", *LATIN_CONTROLS]), max_size=12)
words = st.one_of(names, st.text("'\"\\`$!*?~-;|&<>(){}[]# \n\tab", max_size=12))
renderer = MarkdownIt("commonmark").enable("table")


def through_bash(line: str) -> list[str]:
    """The words that bash makes of a line."""
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, env={"LC_ALL": "C.UTF-8"}, timeout=60, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("text", HOSTILE)
def test_bash_reads_one_word_that_is_the_text(text: str) -> None:
    assert through_bash(shell(text)) == [text]


@settings(max_examples=100, deadline=None)
@given(st.lists(words, min_size=1, max_size=20))
def test_bash_reads_any_texts_as_they_are(texts: Sequence[str]) -> None:
    assert through_bash(" ".join(map(shell, texts))) == texts


@pytest.mark.parametrize("text", ["\x80", "\x9f", "soft\u00adhyphen"])
def test_bash_reads_latin_controls_as_they_are(text: str) -> None:
    assert through_bash(shell(text)) == [text]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_a_shell_word_hides_nothing(text: str) -> None:
    unseen = {c for c in shell(text) if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
    assert unseen <= {"\u200d"}


@settings(max_examples=50, deadline=None)
@given(pool=words, queue=words)
def test_a_command_holds_its_arguments_whatever_they_are(pool: str, queue: str) -> None:
    words_of_bash = through_bash(command("prefect work-queue resume", queue, pool=pool))
    separate = [f"--pool={pool}"] if pool.startswith("-") else ["--pool", pool]
    dashes = ["--"] if queue.startswith("-") else []
    assert words_of_bash == ["prefect", "work-queue", "resume", *separate, *dashes, queue]


def test_options_that_are_none_are_left_out_and_numbers_are_written() -> None:
    assert command("prefect gcl update", "tag:a b", limit=2, name=None) == "prefect gcl update --limit 2 'tag:a b'"


def test_the_names_of_options_have_dashes() -> None:
    assert command("prefect worker start", work_queue="q") == "prefect worker start --work-queue q"


@pytest.mark.parametrize("character", UNSEEN)
def test_a_character_that_nobody_sees_is_written_as_an_escape(character: str) -> None:
    shown = visible(f"etl{character}prod")
    assert character not in shown and shown.isascii() and "\\" in shown


@pytest.mark.parametrize("text", ["etl prod", "ünïcode", "鍵", "👩\u200d💻", "a|b`c"])
def test_what_everybody_sees_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_half_a_character_is_written_as_an_escape() -> None:
    assert visible("a\ud800b") == "a\\ud800b"


@pytest.mark.parametrize("character", ["\u3164", "\u2800", "\u00a0", "\u034f", "\u115f"])
def test_a_character_that_is_blank_is_written_as_an_escape(character: str) -> None:
    assert visible(f"etl{character}") != f"etl{character}"


def text_of(page: str) -> str:
    """What a reader sees of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def cells(text: str) -> list[str]:
    """The cells of a table row in which this text stands between two others."""
    page = renderer.render(f"| a | b | c |\n|---|---|---|\n| left | {text} | right |\n")
    return re.findall(r"<td>(.*?)</td>", page, re.DOTALL)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text("|`*_<>[]()!#&;\\~-+=:@$^{}\nab ", max_size=30)))
def test_a_table_shows_any_text_as_it_is_in_one_cell(text: str) -> None:
    left, middle, right = cells(markdown(text))
    assert "<" not in middle
    assert (left, text_of(middle).split(), right) == ("left", visible(text).split(), "right")


@settings(max_examples=100, deadline=None)
@given(st.text("|`*_<>[]()!#&;\\~-+=:@\nab", max_size=30))
def test_a_code_span_shows_any_text_in_one_cell(text: str) -> None:
    _, middle, right = cells(markdown_code(text))
    assert (text_of(middle).split(), right) == (visible(text).split(), "right")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "<https://evil.example>",
        "&lt;b&gt;",
        "**bold** _it_ ~~no~~ `code`",
        "# Title",
        "> quote",
        "| a | b |",
        "[x]: https://evil.example",
    ],
)
def test_no_markup_comes_alive_in_a_paragraph(text: str) -> None:
    page = renderer.render(markdown(text))
    assert (set(re.findall(r"</?\w+", page)), text_of(page).strip()) == ({"<p", "</p"}, text)


@pytest.mark.parametrize("text", ["https://evil.example", "mail@evil.example", "@everyone"])
def test_nothing_is_left_that_would_become_a_link_or_a_mention(text: str) -> None:
    assert "@" not in markdown(text) and "://" not in markdown(text)


def test_an_address_without_a_scheme_does_not_become_a_link() -> None:
    assert "www." not in markdown("www.evil.example")


@pytest.mark.parametrize("text", ["- item", "1. item", "---"])
def test_a_paragraph_that_begins_like_a_list_is_a_paragraph(text: str) -> None:
    assert renderer.render(markdown(text)).startswith("<p>")
