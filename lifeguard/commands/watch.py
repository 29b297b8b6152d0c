"""`lifeguard watch`: look again and again, and show at a terminal what is and what changed."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from rich.console import Console
from rich.live import Live

from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, Source, local_sources, merged
from lifeguard.demo.signals import ended_by_signals
from lifeguard.judgement import Judgement, judge
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe.api import Api
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.report.watch_view import Picture

REFRESHED_PER_SECOND = 2


def run_watch(only: tuple[str, ...], every_seconds: float, policy_file: Path | None) -> Status:
    """Watch until SIGINT or SIGTERM; raises `ConfigurationError` where no look is possible, or there is no terminal."""
    console = Console(highlight=False)
    if not console.is_terminal or console.is_dumb_terminal:
        raise ConfigurationError(
            "`lifeguard watch` draws on a terminal, and this is none: for a script use `lifeguard check --format json`."
        )
    watch = Watch(local_sources(policy_file, os.environ), only, every_seconds)
    connection_from_prefect()
    run_async(_watch, watch, console)
    return Status.FINE


@dataclass(slots=True)
class Watch:
    """What is watched, what was seen, and when (by a clock that only goes forward); what the next look need not ask."""

    sources: Sequence[Source]
    only: tuple[str, ...]
    every_seconds: float
    judgement: Judgement | None = None
    before: Judgement | None = None
    failure: str | None = None
    seen_at: float = 0.0
    next_at: float | None = None
    memory: Memory = NOTHING_KNOWN

    def picture(self) -> Picture:
        """What is to be shown now."""
        now = time.monotonic()
        next_in = None if self.next_at is None else max(0.0, self.next_at - now)
        return Picture(self.judgement, self.before, self.failure, now - self.seen_at, next_in, self.every_seconds)

    async def look(self) -> None:
        """Look once. What fails leaves the picture as it was; a mistake in the configuration ends the first look only."""
        began, self.next_at = time.monotonic(), None
        try:
            async with Api(connection_from_prefect(), merged(self.sources)) as api:
                self._take(await judge(api, self.sources, self.only, memory=self.memory))
        except ConfigurationError as error:
            if self.judgement is None and self.failure is None:
                raise
            self.failure = str(error)
        self.next_at = next_look(began, time.monotonic(), self.every_seconds)

    def _take(self, judgement: Judgement) -> None:
        if not judgement.snapshot.can_go_on:
            self.failure = judgement.findings[0].title
            return
        self.before, self.judgement, self.failure = self.judgement, judgement, None
        self.memory = judgement.snapshot.memory
        self.seen_at = time.monotonic()


def next_look(began: float, ended: float, every_seconds: float) -> float:
    """When to look again: as often as asked, and with a pause that is no shorter than the look was."""
    return max(began + every_seconds, ended + (ended - began))


async def _watch(watch: Watch, console: Console) -> None:
    """The first look comes before the screen, so that what it is refused with can be read."""
    with ended_by_signals():
        await watch.look()
        with Live(
            console=console,
            screen=True,
            get_renderable=watch.picture,
            refresh_per_second=REFRESHED_PER_SECOND,
            redirect_stderr=False,
        ):
            while True:
                await anyio.sleep(max(0.0, (watch.next_at or 0.0) - time.monotonic()))
                await watch.look()
