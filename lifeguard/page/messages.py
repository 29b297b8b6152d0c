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
_POOL = "{{ event.resource.name|replace('\\n', ' ')|replace('\\r', ' ')|truncate(200) }}"

INCIDENT = Message(
    subject="{% if event.payload.kind == 'resolved' %}RESOLVED"
    "{% elif event.payload.kind == 'escalated' %}ESCALATED to {{ event.payload.severity }}"
    "{% elif event.payload.kind == 'reminded' %}STILL OPEN, {{ event.payload.severity }}"
    "{% else %}{{ event.payload.severity|upper }}{% endif %}: {{ event.payload.title }}",
    body="{% if event.payload.kind == 'resolved' %}"
    f"It lasted from {_time('event.payload.began_at')} to {_time('event.payload.resolved_at')}."
    "{% else %}"
    f"Since {_time('event.payload.began_at')}."
    "{% endif %}"
    "{% if event.payload.affected_runs == 1 %} 1 run is affected."
    "{% elif event.payload.affected_runs %} {{ event.payload.affected_runs }} runs are affected.{% endif %}"
    "{% if event.payload.kind != 'resolved' %}{% for step in event.payload.next %}"
    "\n{{ 'Next' if loop.first else 'Then' }}: {{ step }}{% endfor %}{% endif %}"
    "{% if event.payload.incident %}\nHistory: lifeguard incident {{ event.payload.incident }}{% endif %}"
    "{% if work_pool %}{% if work_pool|ui_url %}\nWork pool: {{ work_pool|ui_url }}{% endif %}{% endif %}"
    + _EVENT_LINK,
)
"""About one incident: opened, escalated, reminded or resolved."""


def silence(minutes: str) -> Message:
    """No patrol has completed. The event is that of the rule that saw it; within it, the last heartbeat if any."""
    return Message(
        subject=f"CRITICAL: no patrol of Lifeguard has completed for {minutes}",
        body="Until one does, nobody is told when runs do not start."
        "{% if event.payload.triggering_event %} The last one completed at "
        + _time("event.payload.triggering_event.occurred")
        + ".{% endif %}"
        "\nNext: lifeguard check"
        "\nThen: look in the Prefect UI whether the deployment patrol has a schedule and a worker" + _EVENT_LINK,
    )


BACK = Message(
    subject="RESOLVED: patrols of Lifeguard complete again",
    body="One completed at {{ event.occurred.strftime('%Y-%m-%d %H:%M:%S') }} UTC."
    "{% if event.payload.findings %} It found {{ event.payload.findings }}; see lifeguard check.{% endif %}"
    + _EVENT_LINK,
)
"""Patrols run again after a silence that was told."""

LAST_WORKER = Message(
    subject=f"WARNING: work pool '{_POOL}' has lost its last worker",
    body="Prefect itself says so since {{ event.occurred.strftime('%Y-%m-%d %H:%M:%S') }} UTC. Lifeguard pages about it "
    "by itself once work waits there."
    "\nNext: lifeguard check"
    "{% if work_pool %}{% if work_pool|ui_url %}\nWork pool: {{ work_pool|ui_url }}{% endif %}{% endif %}"
    + _EVENT_LINK,
)
"""Prefect's own event, which comes even while no patrol runs."""
