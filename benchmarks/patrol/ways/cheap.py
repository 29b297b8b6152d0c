"""What a patrol does before it tells: recalls what the one before remembered, looks, judges, and remembers."""

from benchmarks.patrol.remembering import memorize, recall
from benchmarks.patrol.seen import Seen
from benchmarks.patrol.ways.look import looked


async def see(api_url: str, database_url: str) -> Seen:
    """Look again at what may have changed."""
    seen, memory = await looked(api_url, await recall(api_url))
    await memorize(api_url, memory)
    return seen
