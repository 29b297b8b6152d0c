"""`lifeguard digest`: the flow `publish_digest`, once, in this process."""

from pathlib import Path

from lifeguard.commands.artifact_address import tell_address
from lifeguard.commands.flow import run_flow
from lifeguard.commands.progress import complain
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError
from lifeguard.report.artifact import DIGEST
from lifeguard.report.terminal import standard_output

LONGEST_DAYS = 90


def run_digest(days: int, policy_file: Path | None) -> Status:
    """Say in a sentence what the days came to and where the page is; 2 where it could not be written."""
    if not 1 <= days <= LONGEST_DAYS:
        raise ConfigurationError(f"--days is {days}, which is no number of days from 1 to {LONGEST_DAYS}.")
    state = run_flow("publish_digest", {"days": days}, policy_file)
    if state is None or not state.is_completed():
        if state is not None:
            complain(str(state.message))
        return Status.COULD_NOT_LOOK
    standard_output().print(str(state.message), soft_wrap=True, markup=False)
    tell_address(DIGEST, "The digest")
    return Status.FINE
