"""All rules, and the review that they make together."""

from collections.abc import Callable, Sequence

from lifeguard.findings import Finding
from lifeguard.review.addresses import api_of_this_machine, ui_asks_elsewhere
from lifeguard.review.database import (
    impatient_client,
    prepared_statements,
    sqlite_in_use,
    too_many_connections,
    unbounded_connections,
)
from lifeguard.review.desk import Desk
from lifeguard.review.kubernetes import observer_overrun
from lifeguard.review.own_process import (
    few_retries,
    outdated_names,
    server_errors_not_retried,
    set_in_the_wrong_place,
    slow_polls,
)
from lifeguard.review.rhythms import (
    events_kept,
    fallback_below_workers,
    gaps_between_schedules,
    heartbeats_missed,
    late_threshold,
    long_pages,
    rare_heartbeats,
    short_poll_timeouts,
    slow_foreman,
)
from lifeguard.review.services import events_never_deleted, switched_off
from lifeguard.review.shared_parts import leases_in_memory, parts_in_memory

Rule = Callable[[Desk], list[Finding]]

RULES: Sequence[Rule] = (
    switched_off,
    leases_in_memory,
    parts_in_memory,
    unbounded_connections,
    too_many_connections,
    prepared_statements,
    sqlite_in_use,
    observer_overrun,
    server_errors_not_retried,
    few_retries,
    late_threshold,
    heartbeats_missed,
    slow_foreman,
    short_poll_timeouts,
    fallback_below_workers,
    rare_heartbeats,
    gaps_between_schedules,
    slow_polls,
    impatient_client,
    api_of_this_machine,
    ui_asks_elsewhere,
    events_never_deleted,
    events_kept,
    long_pages,
    set_in_the_wrong_place,
    outdated_names,
)
"""In the order in which they are told: what stops work first."""


def review(desk: Desk) -> list[Finding]:
    """Everything that is risky, each setting once."""
    found = (finding for rule in RULES for finding in rule(desk))
    return list({finding.fingerprint: finding for finding in reversed(list(found))}.values())[::-1]
