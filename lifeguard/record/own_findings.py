"""What Lifeguard has to say about its own memory."""

from lifeguard.findings import Finding, Resource, Severity
from lifeguard.record.failures import HistoryUnavailable

HISTORY = Resource("lifeguard", "history", "history")
A_DATABASE = (
    "Name a PostgreSQL in the block history-database/lifeguard: prefect block register --file blocks/history_database.py",
    "Then: prefect block create history-database",
    "Or set LIFEGUARD_DATABASE_URL where the patrol runs",
)


def history_unavailable(error: HistoryUnavailable) -> Finding:
    """The finding of a patrol that could not be remembered; it accuses nobody and hides nothing of what was found."""
    return Finding(
        code="history-unavailable",
        severity=Severity.WARNING,
        resource=HISTORY,
        title=f"The history in {error.where} cannot be used ({error.trouble.reason}), so this patrol is not remembered",
        evidence={"history": error.where, "reason": error.trouble.reason},
        remedy=(f"{error.trouble.way_out[:1].upper()}{error.trouble.way_out[1:]}", "lifeguard db status"),
    )


def history_not_durable(platform: str) -> Finding:
    """The finding of a patrol whose default file is gone with its container."""
    return Finding(
        code="history-not-durable",
        severity=Severity.WARNING,
        resource=HISTORY,
        title=f"The history is a file in {platform} that is gone when the run ends, so every patrol begins with no memory",
        evidence={"history": "SQLite (the default file)", "platform": platform},
        remedy=A_DATABASE,
    )
