"""`lifeguard watch` as a person meets it: on a terminal of its own, until Ctrl-C; and where there is none."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable

from tests.commands.command_line import lifeguard, settings
from tests.estate import Estate
from tests.prefect_server import free_port

LEAVES_THE_SCREEN, HIDES_THE_CURSOR, SHOWS_THE_CURSOR = "\x1b[?1049l", "\x1b[?25l", "\x1b[?25h"


class Terminal:
    """A terminal on which the command runs, and all that it wrote there."""

    def __init__(self, api_url: str, home: str) -> None:
        self._own, theirs = pty.openpty()
        named = {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "30", "PREFECT_HOME": home}
        environment = {name: value for name, value in settings(api_url).items() if name != "NO_COLOR"}
        command = [sys.executable, "-m", "lifeguard.cli", "watch", "--every", "5"]
        self.process = subprocess.Popen(
            command, env={**environment, **named}, cwd=home, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.text = ""

    def read_until(self, holds: Callable[[str], bool]) -> str:
        """Read until this holds, or until the command has ended."""
        while not holds(self.text):
            try:
                self.text += os.read(self._own, 65536).decode(errors="replace")
            except OSError:
                break
        return self.text

    def ended(self) -> int:
        """The status with which it ends; everything that it writes until then is read."""
        self.read_until(lambda _: False)
        os.close(self._own)
        return self.process.wait(timeout=60)


def test_it_shows_what_is_and_what_changed_and_leaves_the_terminal_as_it_was(estate: Estate) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(estate.api_url, home)
        terminal.read_until(lambda text: "mill" in text and "pool-no-workers" in text)
        estate.worker("mill")
        assert "1 of 1" in terminal.read_until(lambda text: "1 of 1" in text and "gone" in text)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.ended() == 0
    assert LEAVES_THE_SCREEN in terminal.text
    assert terminal.text.rfind(SHOWS_THE_CURSOR) > terminal.text.rfind(HIDES_THE_CURSOR)


def test_a_server_that_is_away_is_waited_for_and_a_signal_ends_it_well() -> None:
    with tempfile.TemporaryDirectory() as home:
        terminal = Terminal(f"http://127.0.0.1:{free_port()}/api", home)
        assert "cannot be reached" in terminal.read_until(lambda text: "Nothing was seen yet" in text)
        terminal.process.send_signal(signal.SIGTERM)
        assert (terminal.ended(), LEAVES_THE_SCREEN in terminal.text) == (0, True)


def test_without_a_terminal_it_names_what_scripts_want() -> None:
    ended = lifeguard("watch", api_url=f"http://127.0.0.1:{free_port()}/api")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        "`lifeguard watch` draws on a terminal, and this is none: for a script use `lifeguard check --format json`.\n"
    )
