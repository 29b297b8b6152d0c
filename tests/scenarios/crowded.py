"""A Prefect server on a PostgreSQL with few connections, and the others who use that database too.

It owns its database and is no superuser, and by the settings of that role it does not wait long for a lock.
"""

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal

from lifeguard.record.postgresql import CONNECT, ERRORS
from tests.debian_postgres import debian_postgres
from tests.estate import wait_until
from tests.postgres import PASSWORD, Postgres
from tests.prefect_server import PrefectServer, prefect_server

MAX_CONNECTIONS = 20
KEPT_FOR_SUPERUSERS = 3
TAKEN_WITHIN_SECONDS = 30
SET_UP = (
    f"CREATE ROLE prefect LOGIN PASSWORD '{PASSWORD}'",
    "ALTER ROLE prefect SET lock_timeout = '1s'",
    f"CREATE ROLE reports LOGIN PASSWORD '{PASSWORD}'",
    "CREATE DATABASE prefect OWNER prefect",
    "ALTER DATABASE prefect SET deadlock_timeout = '100ms'",
)
END_THOSE_OF_PREFECT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'prefect'"
LOCK = "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE"
WAITS = (
    "SELECT count(*) FROM pg_locks had JOIN pg_locks wanted USING (pid) WHERE had.granted AND NOT wanted.granted "
    "AND had.relation = 'flow_run'::regclass AND wanted.relation = 'flow_run_state'::regclass"
)
"""How many have the one table and wait for the other."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """Both servers, and what the others do to them."""

    prefect: PrefectServer
    postgres: Postgres

    @property
    def api_url(self) -> str:
        """Where the API is."""
        return self.prefect.api_url

    @property
    def log(self) -> str:
        """The file that Prefect's server writes."""
        return str(self.prefect.home / "server.log")

    @property
    def database_log(self) -> str:
        """The file that PostgreSQL writes."""
        return str(self.postgres.folder / "log")

    @contextmanager
    def others_hold_every_connection(self) -> Generator[None, None, None]:
        """Clients that take all there are, also those that Prefect's server had, as after a restart of PostgreSQL."""
        with start_blocking_portal() as portal:
            held = portal.call(self._take_all)
            try:
                yield
            finally:
                portal.call(_give_back, held)

    @contextmanager
    def somebody_locks(self, table: str) -> Generator[None, None, None]:
        """A transaction that has a table of Prefect's for itself, as VACUUM FULL and many a migration do."""
        with self._connection() as (portal, connection):
            portal.call(connection.execute, LOCK.format(table))
            yield

    def deadlock(self, write: Callable[[], object]) -> None:
        """Lock one table, let Prefect's server write until it has another and waits for this one, and want that one too."""
        with ThreadPoolExecutor(1) as beside, self._connection() as (portal, connection), suppress(*ERRORS):
            portal.call(connection.execute, LOCK.format("flow_run_state"))
            beside.submit(write)
            wait_until(lambda: portal.call(connection.fetchval, WAITS) > 0, "Prefect's server waits for the table")
            portal.call(connection.execute, LOCK.format("flow_run"))

    @contextmanager
    def _connection(self) -> Generator[tuple[BlockingPortal, Any], None, None]:
        with start_blocking_portal() as portal:
            connection = portal.call(CONNECT, self.postgres.url("prefect"))
            portal.call(connection.execute, "BEGIN")
            try:
                yield portal, connection
            finally:
                portal.call(connection.close)

    async def _take_all(self) -> list[Any]:
        administrator = await CONNECT(self.postgres.url())
        held: list[Any] = [administrator]
        with anyio.fail_after(TAKEN_WITHIN_SECONDS):
            while len(held) < MAX_CONNECTIONS - KEPT_FOR_SUPERUSERS:
                try:
                    held.append(await CONNECT(self.postgres.url(user="reports")))
                except ERRORS:
                    await administrator.execute(END_THOSE_OF_PREFECT)
        return held


async def _give_back(held: list[Any]) -> None:
    for connection in held:
        await connection.close()


@contextmanager
def crowded_server(settings: Mapping[str, str]) -> Generator[Crowded, None, None]:
    """Both started, with these settings of Prefect's; skips the test where there is no such PostgreSQL."""
    with debian_postgres(MAX_CONNECTIONS) as database:
        for statement in SET_UP:
            anyio.run(database.execute, statement)
        url = database.url("prefect", user="prefect").replace("postgresql:", "postgresql+asyncpg:")
        with prefect_server({**settings, "PREFECT_SERVER_DATABASE_CONNECTION_URL": url}) as running:
            yield Crowded(running, database)
