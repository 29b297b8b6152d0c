"""What a pager's block holds, checked the same way when it is saved and when a patrol reads it."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from lifeguard.findings import Severity
from lifeguard.page.pagers import REPEAT_CRITICAL_HOURS, REPEAT_WARNING_HOURS, Pager
from lifeguard.page.quiet_hours import QuietHours

BLOCK_TYPE_SLUG = "pager"
REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9-]*")
NOTIFICATION_TYPES = (
    "slack-webhook",
    "ms-teams-webhook",
    "pager-duty-webhook",
    "opsgenie-webhook",
    "twilio-sms",
    "mattermost-webhook",
    "discord-webhook",
    "sendgrid-email",
    "custom-webhook",
)
"""The slugs of the notification blocks that Prefect brings along (`prefect.blocks.notifications`, 3.8.8 and 3.9.1)."""

Hours = Annotated[float, Field(ge=0, le=24 * 30)]


class PagerSettings(BaseModel):
    """One pager without its name, which is that of its block. No secret is in it."""

    notification: str = Field(
        description="The notification block that sends, as TYPE/NAME: slack-webhook/oncall, pager-duty-webhook/oncall, "
        f"custom-webhook/oncall. Prefect's types are {', '.join(NOTIFICATION_TYPES)}.",
        examples=["slack-webhook/oncall"],
    )
    severities: Annotated[list[Literal["critical", "warning", "info"]], Field(min_length=1)] = Field(
        default=["critical", "warning"], description="The severities of incidents that it pages about."
    )
    pools: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] = Field(
        default=["*"], description="The work pools that it pages about, as globs. What concerns no pool needs ['*']."
    )
    quiet_hours: str | None = Field(
        default=None,
        description="When only what is critical pages; anything milder waits until they end. From-to, in UTC or in the "
        "time zone that follows: 22:00-07:00 Europe/Zurich. Empty: never quiet.",
        examples=["22:00-07:00 Europe/Zurich"],
    )
    repeat_critical_hours: Hours = Field(
        default=REPEAT_CRITICAL_HOURS,
        description="After so many hours it tells again what is still open and critical. 0: never.",
    )
    repeat_warning_hours: Hours = Field(
        default=REPEAT_WARNING_HOURS,
        description="After so many hours it tells again what is still open and a warning. 0: never.",
    )

    @field_validator("notification")
    @classmethod
    def _is_reference(cls, text: str) -> str:
        if not REFERENCE.fullmatch(text):
            raise ValueError("it should be TYPE/NAME as `prefect block ls` shows them, such as slack-webhook/oncall")
        return text

    @field_validator("quiet_hours")
    @classmethod
    def _are_quiet_hours(cls, text: str | None) -> str | None:
        """A form that was emptied may send an empty text."""
        if text is None or not text.strip():
            return None
        QuietHours.parse(text)
        return text

    def named(self, name: str) -> Pager:
        """The pager of a block with this name."""
        return Pager(
            name,
            self.notification,
            frozenset(map(Severity, self.severities)),
            tuple(self.pools),
            QuietHours.parse(self.quiet_hours) if self.quiet_hours else None,
            self.repeat_critical_hours,
            self.repeat_warning_hours,
        )
