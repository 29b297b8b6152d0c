"""What a patrol does before it remembers and tells: the look of `lifeguard check`, paced so that others do not notice."""

from benchmarks.patrol.seen import Seen
from benchmarks.patrol.ways.look import seen_by_a_look


async def see(api_url: str, database_url: str) -> Seen:
    """Look at everything, with rests."""
    return await seen_by_a_look(api_url, on_patrol=True)
