"""Connections to the database: how many the server's processes may open, against how many there are.

Neither the number of processes nor the database's own limit can be asked of the API: the policy may name them
(`server_processes`, `database_connections`); else one process and PostgreSQL's default of 100 are reckoned with.
"""

from lifeguard.findings import Finding
from lifeguard.review.desk import HERE, ON_THE_SERVER, Desk, put, risky, risky_here
from lifeguard.settings import variable

POSTGRESQL_CONNECTIONS = 100
RESERVED_CONNECTIONS = 3
"""What PostgreSQL keeps for superusers (`superuser_reserved_connections`); the rest is `max_connections`."""

PGBOUNCER_PORT = 6432
WORKERS_FOR_SQLITE = 4
"""Six workers on SQLite made `database is locked` answers (measured, 3.8.8); the maintainers call a few harmless."""

_POOL, _OVERFLOW = "server.database.sqlalchemy.pool_size", "server.database.sqlalchemy.max_overflow"
_DRIVER = "server.database.driver"


def connections_of_a_process(desk: Desk) -> int | None:
    """How many connections to PostgreSQL one process of the server may open; None where that is not told, or not bounded."""
    pool, overflow = desk.told.number(_POOL), desk.told.number(_OVERFLOW)
    return None if pool is None or overflow is None or _unbounded(desk) else int(pool + overflow)


def room(desk: Desk) -> int:
    """How many the database has for everybody."""
    return (desk.scene.policy.database_connections or POSTGRESQL_CONNECTIONS) - RESERVED_CONNECTIONS


def _unbounded(desk: Desk) -> str | None:
    """The setting that takes the bound away; Prefect's own help says the opposite of -1, and SQLAlchemy obeys its own."""
    if desk.told.number(_OVERFLOW) == -1:
        return _OVERFLOW
    return _POOL if desk.told.number(_POOL) == 0 else None


def unbounded_connections(desk: Desk) -> list[Finding]:
    """`max_overflow=-1` and `pool_size=0` are SQLAlchemy's words for no limit (sqlalchemy.pool.QueuePool)."""
    path = _unbounded(desk)
    if path is None or _is_sqlite(desk):
        return []
    value, usual = desk.told.number(path), 10 if path == _OVERFLOW else 5
    title = f"A server process may open any number of database connections: {value:g} is no limit in SQLAlchemy"
    return [risky(path, value, title, (put(ON_THE_SERVER, path, usual),), database_connections=room(desk))]


def too_many_connections(desk: Desk) -> list[Finding]:
    """Where the database runs out of them the API answers HTTP 500, and one such answer can end a worker."""
    each, policy = connections_of_a_process(desk), desk.scene.policy
    processes = policy.server_processes or 1
    if each is None or _is_sqlite(desk) or each * processes <= room(desk):
        return []
    which = "PostgreSQL has" if policy.database_connections else "PostgreSQL has by default"
    title = (
        f"{_processes(processes)} may open {each * processes} database connections ({each} each), and {which} {room(desk)} "
        "for everybody: beyond that the API answers HTTP 500"
    )
    steps = (_fewer(desk, processes), "Or raise PostgreSQL's max_connections, or put PgBouncer before it")
    against = {"server_processes": processes, "connections_each": each, "database_connections": room(desk)}
    return [risky(_POOL, desk.told.number(_POOL), title, steps, max_overflow=desk.told.number(_OVERFLOW), **against)]


def _processes(number: int) -> str:
    return "One server process" if number == 1 else f"The {number} server processes"


def _fewer(desk: Desk, processes: int) -> str:
    """As many as there is room for, at least two."""
    each = max(room(desk) // processes, 2)
    pool = min(5, each - 1)
    return f"{put(ON_THE_SERVER, _POOL, pool)} {variable(_OVERFLOW)}={min(10, each - pool)}"


def prepared_statements(desk: Desk) -> list[Finding]:
    """The port is told only where the database is set by its parts, and not by an address."""
    path = "server.database.sqlalchemy.connect_args.statement_cache_size"
    size, port = desk.told.number(path), desk.told.number("server.database.port")
    if port != PGBOUNCER_PORT or size == 0 or not desk.told.tells(path):
        return []
    title = (
        f"The database is asked at port {PGBOUNCER_PORT}, PgBouncer's own: where that pools by transaction, statements that "
        "are prepared on one connection fail on another"
    )
    other = variable(path.replace("statement_cache_size", "prepared_statement_cache_size"))
    return [risky(path, size, title, (f"{put(ON_THE_SERVER, path, 0)} {other}=0",), database_port=int(port))]


def sqlite_in_use(desk: Desk) -> list[Finding]:
    """Which database it is, is told only where the driver is set by itself."""
    workers = len(desk.live_workers)
    if not _is_sqlite(desk) or workers < WORKERS_FOR_SQLITE:
        return []
    title = f"{workers} workers are served from SQLite, which takes one writer at a time: `database is locked` is an HTTP 503"
    step = f"{ON_THE_SERVER}: {variable('server.database.connection_url')}=postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE"
    return [risky(_DRIVER, desk.told.text(_DRIVER), title, (step,), workers_online=workers)]


def _is_sqlite(desk: Desk) -> bool:
    return desk.told.text(_DRIVER).startswith("sqlite")


def impatient_client(desk: Desk) -> list[Finding]:
    """A client that gives up before the server does asks again while the first statement still runs."""
    path = "api.request_timeout"
    own, server = desk.own.settings.number(path), desk.told.number("server.database.timeout")
    if own is None or server is None or own > server:
        return []
    title = (
        f"A client that is set like this process gives up after {own:g} s, while the server may still ask its database"
    )
    return [risky_here(path, own, title, (put(HERE, path, 60),), server_database_timeout_seconds=server)]
