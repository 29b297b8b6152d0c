"""What went when the history was pruned, or would go."""

from dataclasses import dataclass

from lifeguard.record.limits import Limits

TABLES = ("readings", "patrols", "hours", "pickups", "incidents", "changes", "fixes", "pools", "parts", "memories")
HOW_TO_DELETE = " Nothing was deleted yet: `lifeguard db prune --delete` does it."


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows of each table went, or would go; all that is younger than the limits stays."""

    limits: Limits
    readings: int = 0
    patrols: int = 0
    hours: int = 0
    pickups: int = 0
    incidents: int = 0
    changes: int = 0
    fixes: int = 0
    pools: int = 0
    parts: int = 0
    memories: int = 0

    @property
    def by_table(self) -> dict[str, int]:
        """The numbers by what a person calls the rows."""
        return {name: getattr(self, name) for name in TABLES}

    def words(self, *, dry_run: bool) -> str:
        """What went, or would go and how to do it, and what stays."""
        numbers = ", ".join(f"{number:,} {name}" for name, number in self.by_table.items() if number)
        did = "Would delete" if dry_run else "Deleted"
        limits = self.limits
        return (
            f"{did} {numbers or 'nothing'}; readings since {limits.readings_before:%Y-%m-%d %H:%M} UTC, hours since "
            f"{limits.hours_before:%Y-%m-%d %H:%M} UTC and incidents resolved since "
            f"{limits.incidents_before:%Y-%m-%d %H:%M} UTC stay.{HOW_TO_DELETE if dry_run and numbers else ''}"
        )
