"""How the memory of a patrol reaches the next one."""

from pydantic import TypeAdapter

from benchmarks.patrol import given
from lifeguard.memory import NOTHING_KNOWN, Memory

FILE = "memory.json"


async def recall(api_url: str) -> Memory:
    """What the look before left; nothing at first."""
    kept = given.memory_folder() / FILE
    return TypeAdapter(Memory).validate_json(kept.read_bytes()) if kept.exists() else NOTHING_KNOWN


async def memorize(api_url: str, memory: Memory) -> None:
    """Leave it for the next one."""
    (given.memory_folder() / FILE).write_bytes(TypeAdapter(Memory).dump_json(memory))
