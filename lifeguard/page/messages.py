"""What a page says, as templates that the server fills in (Jinja, sandboxed; Prefect 3.9.1, `JinjaTemplateAction`).

User text reaches them only as a value, never as a part of a template, and values are not evaluated again. A link is left
out where the server does not know its own address (PREFECT_UI_URL).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """The two texts of one notification."""

    subject: str
    body: str


def _time(value: str) -> str:
    return f"{{{{ {value}[:19]|replace('T', ' ') }}}} UTC"


_EVENT_LINK = "{% if event|ui_url %}\nEvent: {{ event|ui_url }}{% endif %}"
_WHY_SILENT = (
    "\nNext: lifeguard check\nThen: look in the Prefect UI whether the deployment patrol has a schedule and a worker"
)
_LOST = "{% set lost = events|selectattr('event', 'equalto', 'prefect.work-pool.not-ready')|first %}"
"""The event about the pool, which is not always the one that came last and made the rule fire."""
_POOL = "{{ lost.resource.name|replace('\\n', ' ')|replace('\\r', ' ')|truncate(200) }}"

_OVER = "{% if event.payload.kind != 'resolved' and event.payload.resolved_at %}, over by now{% endif %}"
"""A message that arrives so late, after others that did not arrive, must not get anybody out of bed."""

INCIDENT = Message(
    subject="{% if event.payload.kind == 'resolved' %}RESOLVED"
    "{% elif event.payload.kind == 'escalated' %}ESCALATED to {{ event.payload.severity }}"
    "{% elif event.payload.kind == 'reminded' %}STILL OPEN, {{ event.payload.severity }}"
    "{% else %}{{ event.payload.severity|upper }}{% endif %}" + _OVER + ": {{ event.payload.title }}",
    body="{% if event.payload.kind == 'resolved' %}"
    f"It lasted from {_time('event.payload.began_at')} to {_time('event.payload.resolved_at')}."
    "{% else %}"
    f"Since {_time('event.payload.began_at')}."
    f"{{% if event.payload.resolved_at %}} It ended at {_time('event.payload.resolved_at')}.{{% endif %}}"
    "{% endif %}"
    "{% if event.payload.affected_runs == 1 %} 1 run is affected."
    "{% elif event.payload.affected_runs %} {{ event.payload.affected_runs }} runs are affected.{% endif %}"
    "{% if event.payload.where %}\n{{ event.payload.meaning }}\nWhere: {{ event.payload.where }}{% endif %}"
    "{% if event.payload.kind != 'resolved' %}{% for change in event.payload.changed or [] %}"
    "\nChanged: {{ change }}{% endfor %}{% for step in event.payload.next %}"
    "\n{{ 'Next' if loop.first else 'Then' }}: {{ step }}{% endfor %}{% endif %}"
    "{% if event.payload.incident %}\nHistory: lifeguard incident {{ event.payload.incident }}{% endif %}"
    "{% if work_pool %}{% if work_pool|ui_url %}\nWork pool: {{ work_pool|ui_url }}{% endif %}{% endif %}"
    + _EVENT_LINK,
)
"""About one incident, or many alike at once: opened, escalated, reminded or resolved."""


BACK = Message(
    subject="RESOLVED: patrols of Lifeguard complete again",
    body="One completed at {{ event.occurred.strftime('%Y-%m-%d %H:%M:%S') }} UTC."
    "{% if event.payload.findings %} It found {{ event.payload.findings }}; see lifeguard check.{% endif %}"
    + _EVENT_LINK,
)
"""Patrols run again after a silence that was told."""


def silence(minutes: str, without_a_patrol: str) -> Message:
    """No patrol has completed. The event is that of the rule that saw it; within it, the last heartbeat if any.

    `without_a_patrol` names the rule that sees it without any heartbeat. With one in it, that rule was only woken by the
    heartbeat that ended the silence, in the 5 s before the server would have looked (Prefect 3.9.1).
    """
    last = _time("event.payload.triggering_event.occurred")
    is_over = f"event.resource.name == '{without_a_patrol}' and event.payload.triggering_event"
    return Message(
        subject=f"{{% if {is_over} %}}{BACK.subject}{{% else %}}"
        f"CRITICAL: no patrol of Lifeguard has completed for {minutes}{{% endif %}}",
        body=f"{{% if {is_over} %}}One completed at {last}.{{% else %}}"
        "Until one does, nobody is told when runs do not start."
        f"{{% if event.payload.triggering_event %}} The last one completed at {last}.{{% endif %}}"
        f"{_WHY_SILENT}{{% endif %}}{_EVENT_LINK}",
    )


STILL_SILENT = Message(
    subject="CRITICAL: still no patrol of Lifeguard completes",
    body="Until one does, nobody is told when runs do not start, and this comes about once an hour."
    + _WHY_SILENT
    + _EVENT_LINK,
)
"""The silence lasts."""

LAST_WORKER = Message(
    subject=f"{_LOST}WARNING: work pool '{_POOL}' has lost its last worker",
    body=f"{_LOST}Prefect itself says so since {{{{ lost.occurred.strftime('%Y-%m-%d %H:%M:%S') }}}} UTC. "
    "Patrols of Lifeguard were missing around then, so there may be more such pools."
    "\nNext: lifeguard check"
    "{% if work_pool %}{% if work_pool|ui_url %}\nWork pool: {{ work_pool|ui_url }}{% endif %}{% endif %}"
    "{% if lost|ui_url %}\nEvent: {{ lost|ui_url }}{% endif %}",
)
"""By Prefect's own event. It links the pool only where the event about it came last."""

_EXPLAINS = "event.payload.action_type == 'run-deployment'"
RULE_FAILED = Message(
    subject="WARNING: {% if " + _EXPLAINS + " %}late runs are not explained"
    "{% else %}a message of Lifeguard could not be sent{% endif %}",
    body="The rule '{{ event.resource.name }}' failed at {{ event.occurred.strftime('%Y-%m-%d %H:%M:%S') }} UTC"
    "{% if event.payload.reason %} ({{ event.payload.reason.split(':')[0]|truncate(200) }}){% endif %}."
    "\nNext: {% if " + _EXPLAINS + " %}prefect deployment inspect explain_run/explain_run"
    "{% else %}lifeguard page --test{% endif %}" + _EVENT_LINK,
)
"""A rule of another pager failed. The reason ends where an address could begin, which may be a secret."""
