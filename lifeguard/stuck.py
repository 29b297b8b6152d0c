"""For how long a run may be PENDING before it is stuck, unless it logs. Pure."""

from datetime import timedelta

from lifeguard.facts import INFRASTRUCTURE_PENDING, Run, seconds
from lifeguard.policy import Policy


def stuck_after(run: Run, policy: Policy) -> timedelta:
    """By the policy of its pool: image pulls and new nodes take longer than what comes before them."""
    own = policy.for_pool(run.pool_name)
    is_infrastructure = run.state_name == INFRASTRUCTURE_PENDING
    return seconds(own.infrastructure_stuck_after_seconds if is_infrastructure else own.pending_stuck_after_seconds)
