"""What a markdown parser makes of an artifact, with tables and bare addresses as Prefect's UI reads them."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PARSER.validateLink = lambda url: True  # it would leave out pictures that are data, and what a UI might follow


def tokens(text: str) -> Iterator[Token]:
    """Every token, those within lines too."""
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def links(text: str) -> list[str]:
    """Where its links and images lead."""
    found = [token.attrGet("href") or token.attrGet("src") for token in tokens(text) if token.type in LINKS]
    return [str(each) for each in found]


LINKS = ("link_open", "image")


def kinds(text: str) -> set[str]:
    """The kinds of tokens that it has."""
    return {token.type for token in tokens(text)}


def headings(text: str) -> list[str]:
    """Its headings as a reader sees them."""
    parsed = PARSER.parse(text)
    after = [parsed[number + 1] for number, token in enumerate(parsed) if token.type == "heading_open"]
    return [plain(token) for token in after]


def rows(text: str) -> list[list[str]]:
    """The rows of all its tables as a reader sees them, those of names too."""
    found: list[list[str]] = []
    for token, following in zip(parsed := PARSER.parse(text), [*parsed[1:], parsed[-1]], strict=True):
        if token.type == "tr_open":
            found.append([])
        elif token.type in ("td_open", "th_open"):
            found[-1].append(plain(following))
    return found


def plain(token: Token) -> str:
    """The text of a line."""
    return "".join(child.content for child in token.children or ())


def text_of(text: str) -> str:
    """All that a reader sees, line by line."""
    return "\n".join(
        plain(token) if token.type == "inline" else token.content
        for token in PARSER.parse(text)
        if token.type in ("inline", "fence", "code_block")
    )
