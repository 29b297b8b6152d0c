"""A patrol in a process that was forked from one that has imported everything: it lives only as long as it patrols."""

import os
import sys
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from lifeguard.commands.patrol import run_patrol

forked = get_context("forkserver")
forked.set_forkserver_preload(["flows.patrol", __name__])


def started(url: str) -> BaseProcess:
    """A patrol that has begun; its history is at this address."""
    process = forked.Process(target=_patrol, args=(url,), daemon=True)
    process.start()
    return process


def _patrol(url: str) -> None:
    os.environ["LIFEGUARD_DATABASE_URL"] = url
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        run_patrol((), None)
