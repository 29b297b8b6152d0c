"""The same as a patrol that takes its time, so that others do not notice it."""

from benchmarks.patrol import given
from benchmarks.patrol.remembering import memorize, recall
from benchmarks.patrol.seen import Seen
from benchmarks.patrol.ways.look import looked


async def see(api_url: str, database_url: str) -> Seen:
    """Look again at what may have changed, with rests."""
    folder = given.memory_folder()
    seen, memory = await looked(api_url, await recall(folder))
    await memorize(folder, memory)
    return seen
