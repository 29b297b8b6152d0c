"""A web server for one application: a thread for each request, on a port of this machine."""

import errno
import socket
from collections.abc import Generator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

from lifeguard.configuration import ConfigurationError

REQUEST_WITHIN_SECONDS = 10
NOTICES_ITS_END_WITHIN_SECONDS = 0.05


class _Server(ThreadingMixIn, WSGIServer):
    """Its threads end with the process, whatever they wait for."""

    daemon_threads = True

    def server_bind(self) -> None:
        """Without the reverse name look-up of `http.server`, which waits where no name service answers."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    """Gives up on a client that sends nothing; writes no line for each request."""

    timeout = REQUEST_WITHIN_SECONDS

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a scrape every few seconds is no news."""


@contextmanager
def listening(app: WSGIApplication, address: str, port: int) -> Generator[str, None, None]:
    """Serve until the block ends; gives the address as a URL. Raises `ConfigurationError` where it cannot listen."""
    server = _bound(address, port)
    server.set_app(app)
    Thread(target=server.serve_forever, args=(NOTICES_ITS_END_WITHIN_SECONDS,), daemon=True).start()
    try:
        shown = f"[{server.server_name}]" if ":" in server.server_name else server.server_name
        yield f"http://{shown}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _bound(address: str, port: int) -> WSGIServer:
    try:
        (family, _, _, _, place), *_ = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family_server = type("_FamilyServer", (_Server,), {"address_family": family})
        return family_server((str(place[0]), port), _Handler)
    except socket.gaierror:
        raise ConfigurationError(f"--address is {address!r}, which is no address of this machine.") from None
    except OSError as error:
        raise ConfigurationError(_sentence(error, address, port)) from None


def _sentence(error: OSError, address: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} of {address} is taken by another process: end it, or give another one with --port."
        case errno.EACCES:
            return f"Port {port} may not be used by this user: give one above 1023 with --port."
        case errno.EADDRNOTAVAIL:
            return f"--address is {address!r}, which is no address of this machine."
        case _:
            return f"Port {port} of {address} cannot be listened at ({error.strerror})."
