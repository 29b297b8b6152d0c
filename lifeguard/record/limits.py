"""How far back the history reaches, by the policy's days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lifeguard.policy import Policy
from lifeguard.record.hours import HOUR, full_hour

KEPT_BEFORE_CUT = 2 * HOUR
"""Readings from before the cut that stay to tell how things stood at it: one holds for a little over an hour."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than these times goes. `cut` is the full hour up to which readings become hours."""

    cut: datetime
    hours_before: datetime
    incidents_before: datetime

    @property
    def readings_before(self) -> datetime:
        """Readings and patrols go from before this."""
        return self.cut - KEPT_BEFORE_CUT

    @property
    def pools_before(self) -> datetime:
        """A pool that has been gone since before this has neither readings nor hours that stay."""
        return min(self.readings_before, self.hours_before)


def limits_of(policy: Policy, now: datetime) -> Limits:
    """The limits of a policy at `now`."""
    return Limits(
        cut=full_hour(now - timedelta(days=policy.keep_readings_days)),
        hours_before=full_hour(now - timedelta(days=policy.keep_hours_days)),
        incidents_before=now - timedelta(days=policy.keep_incidents_days),
    )
