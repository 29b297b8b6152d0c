"""Progress on standard error while a command looks: a living line at a terminal, nothing anywhere else."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from lifeguard.escaping import visible


@contextmanager
def progress() -> Generator[Callable[[str], None], None, None]:
    """Something to tell the present step to."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(Text("looking")) as status:
        yield lambda step: status.update(Text(f"{visible(step)} …"))


def complain(sentence: str) -> None:
    """One sentence on standard error, whole, whatever the width is."""
    sys.stderr.write(f"{visible(sentence)}\n")
