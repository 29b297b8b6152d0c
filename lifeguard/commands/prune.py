"""`lifeguard db prune`: the flow `prune_history`, once, in this process."""

from pathlib import Path

from lifeguard.commands.flow import run_flow
from lifeguard.commands.progress import complain
from lifeguard.commands.status import Status
from lifeguard.report.terminal import standard_output


def run_prune(*, delete: bool, policy_file: Path | None) -> Status:
    """Say what went, or would go; 0 when that is known, 2 when the history or the server could not be used."""
    state = run_flow("prune_history", {"dry_run": not delete}, policy_file)
    if state is None or not state.is_completed():
        if state is not None:
            complain(str(state.message))
        return Status.COULD_NOT_LOOK
    standard_output().print(str(state.message), soft_wrap=True, markup=False)
    return Status.FINE
