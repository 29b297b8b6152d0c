"""`lifeguard demo`: show what Lifeguard does on a server of its own."""

import anyio

from lifeguard.commands.progress import complain
from lifeguard.commands.status import Status
from lifeguard.demo.show import show_demo
from lifeguard.facts import Snapshot
from lifeguard.findings import Finding, PoolReading
from lifeguard.policy import Policy


def run_demo(*, once: bool) -> Status:
    """Run it; 0 when it showed what it should."""
    ...
