"""Fill the database of a Prefect server with an estate of 20, 200 or 2,000 pools.

uv run python -m benchmarks.estates --help
"""

import time
from datetime import UTC, datetime
from typing import Annotated, Literal

import anyio
from cyclopts import App, Parameter

from benchmarks.estates.database import fill
from benchmarks.estates.size import SIZES

app = App(name="python -m benchmarks.estates", help=__doc__, version_flags=())


@app.default
def main(
    pools: Literal[20, 200, 2000],
    database_url: Annotated[
        str,
        Parameter(
            help="An empty database, as PREFECT_SERVER_DATABASE_CONNECTION_URL names it: sqlite+aiosqlite:///estate.db "
            "or postgresql+asyncpg://user:password@host/name with the extension pg_trgm."
        ),
    ],
) -> None:
    """Write the rows in bulk, through the tables of the Prefect that is installed. No server needs to run.

    Then start one on it: `PREFECT_SERVER_DATABASE_CONNECTION_URL=... prefect server start --no-services`. With its services on
    the server soon sees that no worker is there.
    """
    began = time.perf_counter()
    for table, rows in anyio.run(fill, database_url, SIZES[pools], datetime.now(UTC)).items():
        print(f"{rows:>8,} {table}")
    print(f"in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    app()
