"""Services of the server that are switched off, and what nobody does then."""

from collections.abc import Mapping

from lifeguard.findings import Finding
from lifeguard.review.desk import ON_THE_SERVER, Desk, put, risky

LEFT_UNDONE: Mapping[str, str] = {
    "scheduler": "no run is made of any schedule",
    "late_runs": "no run is ever named Late, and automations about Late runs never fire",
    "foreman": "workers that died stay ONLINE, and their pools READY",
    "cancellation_cleanup": "a cancelled run whose process is gone stays CANCELLING",
    "repossessor": "slots whose lease has expired are never given back",
    "pause_expirations": "a paused run waits on past its time",
    "event_persister": "no event is stored, so a run without a process cannot be told from one that runs",
    "triggers": "no automation ever fires, so none pages anybody",
    "task_run_recorder": "the states of task runs are not stored",
}
"""By the service's name in the settings (`server.services.<name>.enabled`)."""


def switched_off(desk: Desk) -> list[Finding]:
    """Find them; the API's process may leave it to another one, and the title says so."""
    paths = ((f"server.services.{name}.enabled", undone) for name, undone in LEFT_UNDONE.items())
    return [_finding(path, undone) for path, undone in paths if desk.told.is_off(path)]


def _finding(path: str, undone: str) -> Finding:
    name = path.removeprefix("server.services.").removesuffix(".enabled")
    title = f"The service {name} is switched off in the API's process; unless another process runs it, {undone}"
    return risky(path, False, title, (put(ON_THE_SERVER, path, "true"),))


def events_never_deleted(desk: Desk) -> list[Finding]:
    """`false` stands for events alone (Prefect 3.9.1); what deletes nothing is an empty list and null."""
    path = "server.services.db_vacuum.enabled"
    value = desk.told.values.get(path)
    if not desk.told.tells(path) or isinstance(value, bool) or "events" in (value or ()):
        return []
    title = "Events are never deleted, and every run sends one each three minutes: the database grows without end"
    return [risky(path, value, title, (put(ON_THE_SERVER, path, "events"),))]
