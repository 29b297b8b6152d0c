"""The rules about patrols that stop, as data: who notices, who pages, and who says that it is over.

A rule that sees silence cannot be a proactive one alone: without `after` it catches "never ran" but fires for ever, with
`after` it fires once but forgets a server that was away for a minute (measured on Prefect 3.8.8 and 3.9.1). So both run
and do nothing, and reactive rules of each pager page about either.
"""

from lifeguard.durations import short
from lifeguard.page.arming_event import ARMED
from lifeguard.page.events import HEARTBEAT, PATROL_NAME, PATROL_RESOURCE
from lifeguard.page.messages import BACK, STILL_SILENT, silence
from lifeguard.page.rule_names import TRIGGERED
from lifeguard.page.rule_parts import ID, NAME, Armed, Automation, automation, event_trigger, send

SILENCE_SECONDS = 300
REPEATS_AFTER_SECONDS = 3600
LATE_BY_SECONDS = 5
"""Proactive triggers are looked at so often (`PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY`)."""
LONGEST_SILENCE_SECONDS = 30 * 86400
"""For so long after the first heartbeat does a rule wait for a silence; then there is a minute in which it does not."""

NEVER_SEEN = "lifeguard: no patrol has completed"
STOPPED = "lifeguard: patrols have stopped"
NOTICED: dict[str, str | list[str]] = {ID: "prefect.automation.*", NAME: [NEVER_SEEN, STOPPED]}
"""By the names of the two rules that notice, since their ids change when they are made anew."""
NOTICED_OR_PATROL: dict[str, str | list[str]] = {
    ID: ["prefect.automation.*", PATROL_RESOURCE],
    NAME: [NEVER_SEEN, STOPPED, PATROL_NAME],
}


def watches(silence_seconds: float) -> list[Automation]:
    """Both forms of a dead man's switch: one for what never ran, one for what ran and stopped."""
    match = {ID: PATROL_RESOURCE}
    nothing = {"type": "do-nothing"}
    never = event_trigger("Proactive", expect=[HEARTBEAT], match=match, within=silence_seconds)
    stopped = event_trigger(
        "Proactive", after=[HEARTBEAT], expect=[HEARTBEAT], match=match, for_each=[ID], within=silence_seconds
    )
    return [
        automation(
            NEVER_SEEN, "Notices that no patrol completes, again and again; others page about it.", never, nothing
        ),
        automation(STOPPED, "Notices once that patrols have stopped; others page about it.", stopped, nothing),
    ]


def of_one_pager(armed: Armed, silence_seconds: float) -> list[Automation]:
    """The rules that tell one pager."""
    return [_patrols_stop(armed, silence_seconds), _patrols_stay_away(armed, silence_seconds), _patrols_are_back(armed)]


def _patrols_stop(armed: Armed, silence_seconds: float) -> Automation:
    """One page for each silence, however soon it follows the last: a heartbeat opens the window, and firing closes it.

    ARMED opens it too, so that patrols which never ran are a page.
    """
    return automation(
        f"lifeguard: page when patrols stop [{armed.pager.name}]",
        "Pages once when no patrol completes.",
        event_trigger(
            after=[HEARTBEAT, ARMED], expect=[TRIGGERED], match=NOTICED_OR_PATROL, within=LONGEST_SILENCE_SECONDS
        ),
        send(armed, silence(short(silence_seconds), NEVER_SEEN)),
    )


def _patrols_stay_away(armed: Armed, silence_seconds: float) -> Automation:
    """About once an hour, for as long as no patrol completes.

    NEVER_SEEN fires after every `silence_seconds` and up to LATE_BY_SECONDS. A reactive trigger without `after` fires
    when its threshold is reached, and then counts anew from the end of that hour on (`evaluate` in
    `prefect.server.events.triggers`, 3.8.8 and 3.9.1). So an hour in which nearly all of them come is one page, and a
    shorter silence none. It waits for nothing to come before, and so it also pages where the rule above did not wait.
    """
    an_hour_of_them = int(REPEATS_AFTER_SECONDS // (silence_seconds + LATE_BY_SECONDS)) - 1
    return automation(
        f"lifeguard: page again while patrols stay away [{armed.pager.name}]",
        "Pages about every hour for as long as no patrol completes.",
        event_trigger(
            expect=[TRIGGERED],
            match={**NOTICED, NAME: [NEVER_SEEN]},
            threshold=max(2, an_hour_of_them),
            within=REPEATS_AFTER_SECONDS,
        ),
        send(armed, STILL_SILENT),
    )


def _patrols_are_back(armed: Armed) -> Automation:
    return automation(
        f"lifeguard: say when patrols are back [{armed.pager.name}]",
        "Tells once that patrols complete again after they had stopped.",
        event_trigger(after=[TRIGGERED], expect=[HEARTBEAT], match=NOTICED_OR_PATROL, within=LONGEST_SILENCE_SECONDS),
        send(armed, BACK),
    )
