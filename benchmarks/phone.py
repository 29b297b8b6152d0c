"""A quick Prefect server with a pager that was armed by the command, and the receiver at which its messages arrive."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from lifeguard.demo.server import FAST
from tests.commands.command_line import lifeguard
from tests.estate import Estate
from tests.page.receiver import Receiver, receiver, webhook
from tests.prefect_server import prefect_server

PHONE = "phone"
"""The name of the pager, of its notification block, and the path of the receiver."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is built on the server, and what arrives."""

    estate: Estate
    receiver: Receiver

    @property
    def api_url(self) -> str:
        """The address of the server's API."""
        return self.estate.api_url


@contextmanager
def armed_server() -> Generator[Scene, None, None]:
    """Everything is gone at the end, which SIGTERM brings about as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        receiver() as phones,
        prefect_server(FAST) as server,
        Estate(server.api_url) as estate,
        webhook(server.api_url, phones.port, PHONE) as reference,
    ):
        armed = lifeguard("arm", "--pager", reference, api_url=server.api_url)
        if armed.status:
            raise RuntimeError(f"lifeguard arm ended with {armed.status}: {armed.err}")
        yield Scene(estate, phones)
