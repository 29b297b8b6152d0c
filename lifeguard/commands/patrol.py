"""`lifeguard patrol`: the flow `patrol`, once, in this process."""

from pathlib import Path

from lifeguard.commands.artifact_address import tell_address
from lifeguard.commands.flow import run_flow
from lifeguard.commands.status import Status
from lifeguard.report.artifact import OVERVIEW


def run_patrol(only: tuple[str, ...], policy_file: Path | None) -> Status:
    """Run the flow; 0 when it ends Completed, 1 when Degraded, 2 when it failed or could not even begin.

    A look at everything says where its overview is; one at some pools leaves that as it was.
    """
    state = run_flow("patrol", {"pools": list(only) or None}, policy_file)
    if state is None or not state.is_completed():
        return Status.COULD_NOT_LOOK
    if not only:
        tell_address(OVERVIEW, "The overview")
    return Status.FOUND if state.name == "Degraded" else Status.FINE
