"""Whether everybody hears of everything, while patrols are killed and the receiver fails a third of the time.

    uv run python -m benchmarks.delivery --incidents 100 --kills 10

Incidents open and resolve in small and large waves. What arrived is counted at the receiver, by the words of the messages
alone: each beginning and each end at least once and at most twice, and no end before its beginning. The exit status is 1
where that does not hold.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping

from cyclopts import App

from benchmarks.killing import Patrols
from benchmarks.outbox import attempts, unsettled
from benchmarks.phone import PHONE, Scene, armed_server
from benchmarks.tally import OPENED, RESOLVED, Tally, tally
from benchmarks.waves import Troubles, waves
from lifeguard.pages import Page
from tests.commands.command_line import settings
from tests.flows.ledger import Entry, ledger
from tests.page.receiver import failing_one_in as one_in
from tests.patrolling import AT_ONCE

RETELL_AFTER_SECONDS = "15"
EVERY_SECONDS = 5.0
KILLED_SHARE = 1 / 3
SETTLED_WITHIN_SECONDS = 900.0
BOTH = ("opened", "resolved")
SHOWN = 5

app = App(help=__doc__)


@app.default
def main(*, incidents: int = 100, kills: int = 10, failing_one_in: int = 3, seed: int = 4) -> int:
    """Count and print. One in so many posts fails; Prefect itself tries each message four times."""
    with tempfile.TemporaryDirectory() as folder, armed_server() as scene:
        scene.receiver.answer_with(one_in(failing_one_in, seed))
        _become_a_patroller(scene.api_url, folder)
        patrols = Patrols(f"sqlite:///{folder}/history.db", f"{folder}/patrols.log", random.Random(seed))
        chance = random.Random(seed + 1)
        troubles = Troubles(scene.estate, waves(incidents, chance), chance)
        patrols.patrol()
        began = time.monotonic()
        _live_through(troubles, patrols, kills, scene)
        left = _settle(patrols, kills, scene)
        lasted = time.monotonic() - began
        tried = attempts(patrols.url)
        entries = [entry for entry in ledger(patrols.url) if entry.fingerprint.startswith("pool-no-workers:")]
    print(f"{incidents} incidents, one post in {failing_one_in} fails, seed {seed}, {lasted:.0f} s")
    print(f"incidents opened between two patrols: {' '.join(map(str, troubles.sizes))}")
    _print_patrols(patrols)
    count = tally(troubles.opened, scene.receiver.at(PHONE))
    _print_messages(count, scene.receiver.requests[PHONE], tried)
    return _verdict(count, entries, left)


def _become_a_patroller(api_url: str, folder: str) -> None:
    """The patrols are children of this process."""
    own = {**AT_ONCE, "LIFEGUARD_RETELL_AFTER_SECONDS": RETELL_AFTER_SECONDS, "PREFECT_HOME": folder}
    environment = {**settings(api_url), **own}
    os.environ.clear()
    os.environ.update(environment)


def _live_through(troubles: Troubles, patrols: Patrols, kills: int, scene: Scene) -> None:
    while not troubles.is_over:
        due = time.monotonic() + EVERY_SECONDS
        troubles.go_on(len(patrols.whole))
        while len(patrols.kills) < kills and patrols.chance.random() < KILLED_SHARE and patrols.kill_one():
            pass
        patrols.patrol()
        _say(f"{len(troubles.opened)} opened, {len(troubles.resolved)} resolved", patrols, scene)
        time.sleep(max(0.0, due - time.monotonic()))


def _settle(patrols: Patrols, kills: int, scene: Scene) -> list[Page]:
    """Go on until every page has come to its end; those that have not within the limit."""
    give_up_at = time.monotonic() + SETTLED_WITHIN_SECONDS
    while True:
        due = time.monotonic() + EVERY_SECONDS
        if len(patrols.kills) < kills:
            patrols.kill_one()
        patrols.patrol()
        left = unsettled(patrols.url, scene.api_url)
        _say(f"{len(left)} pages are not settled", patrols, scene)
        if (not left and len(patrols.kills) >= kills) or time.monotonic() > give_up_at:
            return left
        time.sleep(max(0.0, due - time.monotonic()))


def _print_patrols(patrols: Patrols) -> None:
    whole = patrols.whole
    moments = " ".join(f"{moment:.1f}" for moment in sorted(patrols.kills))
    print(
        f"{len(whole)} whole patrols of {min(whole):.1f} / {statistics.median(whole):.1f} / {max(whole):.1f} s "
        f"(min / median / max); {len(patrols.kills)} killed with SIGKILL after {moments} s"
    )


def _print_messages(count: Tally, requests: int, tried: Mapping[int, int]) -> None:
    taken = count.alone + count.together + len(count.others)
    print(f"{requests} posts: {taken} taken, {requests - taken} failed")
    print(f"taken: {count.alone} of one incident, {count.together} of several, {len(count.others)} of other things")
    print(f"pages by how often they were tried: {_times(tried)}")
    for kind in (OPENED, RESOLVED):
        print(f"incidents by how often they were told as {kind.value}: {_times(count.times(kind))}")
    print(f"incidents told as opened again after their end: {len(count.reopened)}")


def _times(counted: Mapping[int, int]) -> str:
    return ", ".join(f"{counted[number]} {number}x" for number in sorted(counted))


def _verdict(count: Tally, entries: list[Entry], left: list[Page]) -> int:
    wrong = dict(count.broken)
    if count.unnamed:
        wrong["a message of several does not name them all"] = [f"{count.unnamed} names"]
    if odd := [f"{entry.fingerprint} {entry.kinds}" for entry in entries if entry.kinds != BOTH]:
        wrong["another history than opened and resolved"] = odd
    if len(entries) != len(count.told):
        wrong["another number of incidents in the ledger"] = [str(len(entries))]
    if left:
        wrong["never settled"] = [f"{page.change.key} {page.fate.value} {page.reason}" for page in left]
    for rule, cases in wrong.items():
        print(f"BROKEN: {rule}: {len(cases)}, such as {'; '.join(cases[:SHOWN])}")
    print("every rule is broken by nobody" if not wrong else f"{len(wrong)} rules are broken")
    return int(bool(wrong))


def _say(step: str, patrols: Patrols, scene: Scene) -> None:
    told = len(scene.receiver.at(PHONE))
    line = f"{step}; {told} of {scene.receiver.requests[PHONE]} posts taken; {len(patrols.kills)} patrols killed"
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    app()
