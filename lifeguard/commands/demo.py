"""`lifeguard demo`: show what Lifeguard does, on a server of its own. Steps go to standard error, the picture to output."""

from collections.abc import Callable
from time import monotonic

from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.demo.show import show_demo
from lifeguard.history import History
from lifeguard.judgement import Judgement
from lifeguard.report.history_terminal import show as show_history
from lifeguard.report.terminal import show, standard_output


def run_demo(*, once: bool) -> Status:
    """Run it; 0 when it showed what it should, 1 when it did not."""
    return Status.FINE if run_async(show_demo, once, _narrator(), _AtTheTerminal()) else Status.FOUND


def _narrator() -> Callable[[str], None]:
    """Tells each step with the seconds since the beginning, at a terminal or not: a demo is there to be followed."""
    began = monotonic()
    return lambda step: complain(f"[{monotonic() - began:5.1f} s] {step}")


class _AtTheTerminal:
    """Shows everything on standard output."""

    def look(self, judgement: Judgement) -> None:
        """As `lifeguard check` does, with the address of Prefect's own picture."""
        console = standard_output()
        show(judgement, console)
        console.print(
            f"\nThe same server in Prefect's own UI: {judgement.snapshot.server.ui_url}/work-pools", soft_wrap=True
        )

    def history(self, history: History) -> None:
        """As `lifeguard history` does."""
        console = standard_output()
        console.print()
        show_history(history, console)

    def overview(self, url: str) -> None:
        """The address of the overview, which every patrol keeps up to date."""
        standard_output().print(f"\nThe overview in Prefect's own UI: {url}", soft_wrap=True)
