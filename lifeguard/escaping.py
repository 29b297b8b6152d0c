"""Whatever a user can name reaches a shell or a reader only through here. Nothing else of ours lives below this file."""

import re
import shlex
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
BLANKS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters and marks that are drawn as nothing."""

ZERO_WIDTH_JOINER = "\u200d"
MARKDOWN_SPECIAL = frozenset("\\`*_{}[]()#+!|<>&~$^@")
AUTOLINK = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
BACKTICKS = re.compile(r"`+")
UI_SPECIAL = re.compile(r"[\\`*\[\]<>|~&#]|(?<!\w)_|_(?!\w)")
UI_AUTOLINK = re.compile(r"[^\s|`]*(?:://|www\.|[^\s|`]@)[^\s|`]*", re.IGNORECASE)
GOES_ON, LEADS_ON = "…", "↗"
LIST_OR_RULE = re.compile(r"^(\s*)([-=]|\d+(?=[.)](?:\s|$)))")

LABEL_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})
HELP_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n"})


def shell(text: str) -> str:
    """One word of a shell command, whatever is in it; control characters are written as escapes (bash, zsh, ksh)."""
    if any(map(_is_unseen, text)):
        return "$'" + "".join(_shell_escape(c) for c in text) + "'"
    return shlex.quote(text)


def command(words: str, *arguments: str, **options: str | int | None) -> str:
    """A command line that can be pasted. Options go first, and a name that begins with a dash is kept from being one."""
    line = [words]
    for name, value in options.items():
        if value is not None:
            line.append(_option("--" + name.replace("_", "-"), str(value)))
    if any(argument.startswith("-") for argument in arguments):
        line.append("--")
    return " ".join([*line, *map(shell, arguments)])


def visible(text: str) -> str:
    """The same text with every character that a reader would not see, or be fooled by, written as an escape."""
    return "".join(_escape(c) if _is_unseen(c) else c for c in text)


def markdown(text: str) -> str:
    """Text that markdown shows as it is, in a table cell too, and that is no HTML, no link, no list and no mention."""
    escaped = "".join(_entity(c) if c in MARKDOWN_SPECIAL else c for c in visible(text))
    unlinked = AUTOLINK.sub(lambda found: _entity(found[0]), escaped)
    return LIST_OR_RULE.sub(lambda found: found[1] + "".join(map(_entity, found[2])), unlinked)


def markdown_code(text: str) -> str:
    """A code span that holds this text, whatever backticks and pipes are in it."""
    return f"<code>{markdown(text)}</code>"


def ui_text(text: str) -> str:
    """Text that both UIs of Prefect show as it is (3.9.1): in markdown, and in a table, where the newer one shows source.

    The older UI shows entities as they are written, and both make links of what looks like an address, unless it is code.
    """
    shown, done, parts = visible(text), 0, list[str]()
    for found in UI_AUTOLINK.finditer(shown):
        parts += [_backslashed(shown[done : found.start()]), ui_code(found[0])]
        done = found.end()
    escaped = "".join([*parts, _backslashed(shown[done:])])
    return LIST_OR_RULE.sub(_unlisted, escaped)


def ui_code(text: str) -> str:
    """A code span that holds this text; not for a cell of a table, which ends at a pipe."""
    shown = visible(text)
    fence = "`" * (_longest_backticks(shown) + 1)
    return f"{fence} {shown} {fence}" if shown[:1] in "` " or shown[-1:] in "` " else f"{fence}{shown}{fence}"


def ui_block(lines: Iterable[str]) -> str:
    """A block of code that holds these lines, each of which stays one."""
    shown = [visible(line) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_backticks, shown), default=0))
    return "\n".join([fence, *shown, fence])


def ui_link(text: str, address: str) -> str:
    """A link to an address that is percent-encoded already.

    The older UI shows the source of a link's text, so that a text which needs an escape stands before the link.
    """
    shown = ui_text(text)
    return f"[{text}]({address})" if shown == text else f"{shown} [{LEADS_ON}]({address})"


def shortened(text: str, length: int) -> str:
    """The text, or its beginning with a sign that it goes on."""
    return text if len(text) <= length else text[: length - 1] + GOES_ON


def _backslashed(text: str) -> str:
    return UI_SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _unlisted(found: re.Match[str]) -> str:
    """A backslash before the dash, or after the number, of what would begin a list."""
    return f"{found[1]}{found[2]}\\" if found[2][0].isdigit() else f"{found[1]}\\{found[2]}"


def _longest_backticks(text: str) -> int:
    return max(map(len, BACKTICKS.findall(text)), default=0)


@lru_cache(maxsize=8192)
def prometheus_label(text: str) -> str:
    """The value of a label between quotes, the same in Prometheus' text format and in OpenMetrics: any UTF-8 but these."""
    return text.translate(LABEL_ESCAPES)


def prometheus_help(text: str, *, is_openmetrics: bool) -> str:
    """What stands after `# HELP`; OpenMetrics escapes quotes there too."""
    return text.translate(LABEL_ESCAPES if is_openmetrics else HELP_ESCAPES)


def _is_unseen(character: str) -> bool:
    if character == ZERO_WIDTH_JOINER:
        return False
    category = unicodedata.category(character)
    return category in UNSEEN_CATEGORIES or (category == "Zs" and character != " ") or character in BLANKS


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


def _option(name: str, value: str) -> str:
    return f"{name}={shell(value)}" if value.startswith("-") else f"{name} {shell(value)}"


def _escape(character: str) -> str:
    """As both Python and bash read it: bash takes an escape of two digits for a byte, so those end with ASCII."""
    number = ord(character)
    if number < 0x80:
        return character.encode("unicode_escape").decode("ascii")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _shell_escape(character: str) -> str:
    if _is_unseen(character):
        return _escape(character)
    return "\\" + character if character in "'\\" else character
