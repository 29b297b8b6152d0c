"""How the API addresses what belongs to a work pool."""

from urllib.parse import quote


def pool_path(name: str, rest: str) -> str:
    """The path of something of a pool; names may hold anything but / % & < >."""
    return f"work_pools/{quote(name, safe='')}/{rest}"
