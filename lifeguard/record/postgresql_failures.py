"""What the errors of asyncpg mean, by their types, which are PostgreSQL's own codes."""

from collections.abc import Sequence

import asyncpg

from lifeguard.record.failures import (
    FORBIDDEN,
    FOREIGN,
    FULL,
    LOCKED,
    LOST,
    NO_SUCH,
    READ_ONLY,
    REFUSED,
    SLOW,
    STARTING,
    WRONG_ADDRESS,
    Trouble,
)

POSTGRESQL: Sequence[tuple[type[BaseException] | tuple[type[BaseException], ...], Trouble]] = (
    ((asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError), REFUSED),
    (asyncpg.InvalidCatalogNameError, NO_SUCH),
    (asyncpg.ReadOnlySQLTransactionError, READ_ONLY),
    (asyncpg.DiskFullError, FULL),
    (asyncpg.InsufficientPrivilegeError, FORBIDDEN),
    ((asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError), LOCKED),
    (asyncpg.QueryCanceledError, SLOW),
    ((asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError, asyncpg.AdminShutdownError), STARTING),
    ((asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.DatatypeMismatchError), FOREIGN),
    (asyncpg.PostgresConnectionError, LOST),
    (asyncpg.ClientConfigurationError, WRONG_ADDRESS),
    (asyncpg.InterfaceError, LOST),
)


def known(error: BaseException) -> Trouble | None:
    """What an error of asyncpg means; None for one that says nothing to people."""
    return next((trouble for types, trouble in POSTGRESQL if isinstance(error, types)), None)
