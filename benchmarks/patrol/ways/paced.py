"""The same as a patrol that takes its time, so that others do not notice it."""

from benchmarks.patrol.remembering import memorize, recall
from benchmarks.patrol.seen import Seen
from benchmarks.patrol.ways.look import looked


async def see(api_url: str, database_url: str) -> Seen:
    """Look again at what may have changed, with rests."""
    seen, memory = await looked(api_url, await recall(api_url), on_patrol=True)
    await memorize(api_url, memory)
    return seen
