"""The names of the rules about incidents, and of the server's events about rules, by which one finds the other."""

from lifeguard.findings import Severity

TRIGGERED = "prefect.automation.triggered"
EXECUTED = "prefect.automation.action.executed"
FAILED = "prefect.automation.action.failed"


def incident_rule(pager: str, severity: Severity) -> str:
    """The name of the rule by which a pager pages about incidents of this severity."""
    return f"lifeguard: page {severity.value} [{pager}]"
