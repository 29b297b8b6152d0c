"""What logs say, for a person at a terminal: each known signature, how often, a line of it, what it means, what to do."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.report import signs_phrases as phrases
from lifeguard.signatures.known import SIGNATURES
from lifeguard.signatures.remedies import remedy_of
from lifeguard.signatures.sign import Sign


def show_signs(files: Sequence[str], signs: Sequence[Sign], console: Console) -> None:
    """Print them by cause, the remedy once for each; lines are not wrapped, so that a command can be copied whole."""
    if not signs:
        names = ", ".join(files)
        _say(console, f"Nothing that Lifeguard knows is in {names}; without a file, it tells what it knows.", "bold")
    for code in dict.fromkeys(sign.code for sign in signs):
        console.print()
        _say(console, code, "bold")
        for sign in signs:
            if sign.code == code:
                show_sign(sign, console)
        for number, step in enumerate(remedy_of(code)):
            _line(console, "next" if number == 0 else "", step, "green")


def show_sign(sign: Sign, console: Console) -> None:
    """Print one of them."""
    _line(console, "means", phrases.meaning(sign), "")
    _line(console, "seen", f"{sign.log}: {phrases.told(sign)}", "dim")
    _line(console, "line", sign.example, "dim")


def show_known(console: Console) -> None:
    """Print every signature, where it can be seen, and what it means."""
    for signature in SIGNATURES:
        console.print()
        _say(console, f"{signature.key}  ->  {signature.code}", "bold")
        _line(console, "means", signature.means, "")
        _line(console, "where", "; ".join(signature.seen), "dim")


def _say(console: Console, text: str, style: str) -> None:
    console.print(Text(visible(text), style=style), soft_wrap=True)


def _line(console: Console, label: str, text: str, style: str) -> None:
    console.print(Text.assemble((f"  {label:<6}", "dim"), (visible(text), style)), soft_wrap=True)
