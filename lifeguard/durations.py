"""Durations as people read them: their two largest units, short enough for a table."""

UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def short(seconds: float) -> str:
    """Such as `2 h 5 min`; parts of a second are left out."""
    rest, parts = max(0, int(seconds)), list[str]()
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
