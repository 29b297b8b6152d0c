"""How PostgreSQL is reached: by asyncpg's own reading of the URL, so that all that libpq takes is taken (sslmode, host=…)."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import asyncpg
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_WITHIN_SECONDS = 4
LOCK_WAIT_MILLISECONDS = 5000
SETTINGS = {"application_name": "prefect-lifeguard", "lock_timeout": str(LOCK_WAIT_MILLISECONDS), "timezone": "UTC"}
ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)

CONNECT: Callable[..., Awaitable[Any]] = cast(Any, asyncpg).connect


def engine(dsn: str) -> AsyncEngine:
    """An engine with a connection of its own each time; prepared statements are not kept, as PgBouncer likes it."""

    async def connect() -> Any:
        try:
            return await CONNECT(dsn, timeout=CONNECT_WITHIN_SECONDS, server_settings=SETTINGS, statement_cache_size=0)
        except ValueError:
            raise asyncpg.ClientConfigurationError("the address is wrong") from None

    return create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool, hide_parameters=True)
