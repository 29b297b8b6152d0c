"""What a scrape costs at 2,000 pools: reading the history, writing the page, squeezing it, and all of it over HTTP.

    uv run python -m benchmarks.metrics --pools 2000 --rounds 10

The aim is below 250 ms for a whole scrape by Prometheus, which asks for OpenMetrics and gzip.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime

import anyio
import httpx
from cyclopts import App

from benchmarks.fleet import API_URL, Fleet, fleet
from benchmarks.postgres import postgres_url
from lifeguard.facts import seconds
from lifeguard.metrics.exposition import as_text
from lifeguard.metrics.listening import listening
from lifeguard.metrics.web import web_app
from lifeguard.record.database import Database, database_at
from lifeguard.record.remember import remember
from lifeguard.record.standing_queries import read_standing
from lifeguard.spans import Span
from lifeguard.standing import Standing
from lifeguard.starts import Start, Starts

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
AS_PROMETHEUS = {"Accept": "application/openmetrics-text;version=1.0.0", "Accept-Encoding": "gzip"}
PATROLS = 5
STALE_AFTER_SECONDS = 300.0

app = App(help=__doc__)


@app.default
def main(*, pools: int = 2000, rounds: int = 10) -> None:
    """Measure and print, on SQLite and PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder, postgres_url() as url:
        print(f"{pools:,} pools, {rounds} rounds; min / median / max in ms")
        for address in (f"sqlite:///{folder}/history.db", url):
            database, estate = database_at(address, "a benchmark"), fleet(pools, BEGIN)
            anyio.run(_fill, database, estate)
            _measure(database, estate, rounds)


async def _fill(database: Database, estate: Fleet) -> None:
    """Some patrols, and a run on every pool that was picked up."""
    for number in range(PATROLS):
        look = estate.patrol(0.1)
        began = tuple(Start(pool.id, look.started_at - seconds(40), number * 7.0) for pool in look.pools)
        after = None if number == 0 else BEGIN + seconds(number * 60 - 30)
        window = Span(after or BEGIN, look.started_at - seconds(30))
        await remember(database, look, f"patrol {number}", Starts(after, window, began))


def _measure(database: Database, estate: Fleet, rounds: int) -> None:
    def read() -> Standing:
        return anyio.run(read_standing, database, API_URL, estate.now + seconds(5), STALE_AFTER_SECONDS)

    took: defaultdict[str, list[float]] = defaultdict(list)
    with listening(web_app(read), "127.0.0.1", 0) as url, httpx.Client(headers=AS_PROMETHEUS, timeout=60) as http:
        for _ in range(rounds):
            times, cpu = [time.perf_counter()], time.process_time()
            standing = read()
            times.append(time.perf_counter())
            text = as_text(standing, is_openmetrics=True)
            times.append(time.perf_counter())
            spent = time.process_time() - cpu
            answer = http.get(f"{url}/metrics")
            times.append(time.perf_counter())
            took["a scrape (CPU, its reader's too)"].append(1000 * (time.process_time() - cpu - spent))
            assert answer.content == text
            for name, began, ended in zip(("reading", "writing", "a scrape"), times, times[1:], strict=False):
                took[name].append(1000 * (ended - began))
    lines, size = len(as_text(standing := read()).splitlines()), len(as_text(standing))
    for name, numbers in took.items():
        shown = " / ".join(f"{each:.0f}" for each in (min(numbers), statistics.median(numbers), max(numbers)))
        print(f"{database.kind:<11} {name:<32} {shown}")
    print(f"{database.kind:<11} {lines:,} lines, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    app()
