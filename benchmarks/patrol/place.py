"""Where looks are taken: the server, its database, and what of the machine they use."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.patrol.processor import cpu_seconds, cpu_seconds_of_family


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds: the server's, and those of a PostgreSQL of our own; none of any other database."""

    server: float
    database: float

    def since(self, before: "Used") -> "Used":
        """What was used after that."""
        return Used(self.server - before.server, self.database - before.database)

    def times(self, number: float) -> "Used":
        """So often the same."""
        return Used(self.server * number, self.database * number)


@dataclass(frozen=True, slots=True)
class Place:
    """The server and the group of its processes; its database, and the first process of that where it is our own."""

    api_url: str
    database_url: str
    process_group: int
    database_process: int | None
    memory: Path

    def used(self) -> Used:
        """What both have used so far."""
        of_database = cpu_seconds_of_family(self.database_process) if self.database_process else 0.0
        return Used(cpu_seconds(self.process_group), of_database)
