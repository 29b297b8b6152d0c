"""Whatever a user can name reaches a shell or a reader only through here. Nothing else of ours lives below this file."""

import shlex
import unicodedata

UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
ZERO_WIDTH_JOINER = "\u200d"
MARKDOWN_SPECIAL = frozenset("\\`*_{}[]()#+!|<>&~$^@")


def shell(text: str) -> str:
    """One word of a shell command, whatever is in it; control characters are written as escapes (bash, zsh, ksh)."""
    if any(unicodedata.category(c) in UNSEEN_CATEGORIES and c != ZERO_WIDTH_JOINER for c in text):
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
    return "".join(
        _escape(c) if unicodedata.category(c) in UNSEEN_CATEGORIES and c != ZERO_WIDTH_JOINER else c for c in text
    )


def markdown(text: str) -> str:
    """Text that markdown shows as it is, in a table cell too, and that is no HTML, no link and no mention."""
    escaped = "".join(f"&#{ord(c)};" if c in MARKDOWN_SPECIAL else c for c in visible(text))
    return escaped.replace("://", "&#58;//")


def markdown_code(text: str) -> str:
    """A code span that holds this text, whatever backticks and pipes are in it."""
    return f"<code>{markdown(text)}</code>"


def _option(name: str, value: str) -> str:
    return f"{name}={shell(value)}" if value.startswith("-") else f"{name} {shell(value)}"


def _escape(character: str) -> str:
    return (
        character.encode("unicode_escape").decode("ascii")
        if ord(character) < 0xD800 or ord(character) > 0xDFFF
        else f"\\u{ord(character):04x}"
    )


def _shell_escape(character: str) -> str:
    if unicodedata.category(character) in UNSEEN_CATEGORIES and character != ZERO_WIDTH_JOINER:
        return _escape(character)
    return "\\" + character if character in "'\\" else character
