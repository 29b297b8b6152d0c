"""What is to be fixed: a fingerprint as `lifeguard check` prints it, or an incident as `lifeguard history` numbers it."""

from collections.abc import Mapping

from lifeguard.commands.looking_back import look_back
from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.configuration import ConfigurationError
from lifeguard.escaping import visible
from lifeguard.findings import CATALOGUE
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.incident_queries import read_incident


def fingerprint_of(subject: str, environment: Mapping[str, str]) -> str | None:
    """The fingerprint; None where the history does not tell, which is said. Raises `ConfigurationError` for neither."""
    if subject.isdecimal() and subject.isascii():
        return _of_incident(int(subject), environment)
    refuse_no_fingerprint(subject)
    return subject


def refuse_no_fingerprint(subject: str) -> None:
    """Raise `ConfigurationError` for what no finding can have."""
    code, _, resource = subject.partition(":")
    if code not in CATALOGUE or ":" not in resource:
        raise ConfigurationError(
            f"{visible(subject)!r} names no finding: `lifeguard fix` lists what can be fixed now, and `lifeguard check` shows "
            "the command beside each finding that can."
        )


def _of_incident(id: int, environment: Mapping[str, str]) -> str | None:
    async def read() -> tuple[str, str, str] | None:
        back = await look_back(environment)
        life = await read_incident(back.database, id)
        return (life.incident.fingerprint, life.server, back.server_name) if life else None

    try:
        found = run_async(read)
    except HistoryUnavailable as unavailable:
        complain(str(unavailable))
        return None
    if found is None:
        raise ConfigurationError(f"There is no incident {id} in the history; `lifeguard history` lists them.")
    fingerprint, server, own = found
    if server != own:
        raise ConfigurationError(
            f"Incident {id} is one of {visible(server)}, and PREFECT_API_URL names {visible(own)}."
        )
    return fingerprint
