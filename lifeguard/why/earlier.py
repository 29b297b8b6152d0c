"""Which incidents of the past can have made a run wait."""

from lifeguard.facts import Run
from lifeguard.findings import Severity
from lifeguard.incidents import Incident


def is_about(incident: Incident, run: Run) -> bool:
    """Whether it names the run, or did harm to its deployment, its queue, its pool as a whole, or everything."""
    finding = incident.finding
    if run.id in finding.run_ids:
        return True
    if incident.severity is Severity.INFO or finding.caused_by:
        return False
    match finding.resource.kind:
        case "work-pool":
            return finding.resource.name == run.pool_name
        case "work-queue":
            return finding.resource.id == run.queue_id
        case "deployment":
            return finding.resource.id == run.deployment_id
        case "server":
            return True
        case _:
            return False
