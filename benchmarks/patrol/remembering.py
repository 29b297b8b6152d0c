"""How the memory of a look reaches the next one."""

from pathlib import Path

from pydantic import TypeAdapter

from lifeguard.memory import NOTHING_KNOWN, Memory

FILE = "memory.json"


async def recall(folder: Path) -> Memory:
    """What the look before left; nothing at first."""
    kept = folder / FILE
    return TypeAdapter(Memory).validate_json(kept.read_bytes()) if kept.exists() else NOTHING_KNOWN


async def memorize(folder: Path, memory: Memory) -> None:
    """Leave it for the next one."""
    (folder / FILE).write_bytes(TypeAdapter(Memory).dump_json(memory))
