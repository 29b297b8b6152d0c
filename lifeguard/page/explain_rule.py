"""The rule that starts an explanation when many runs of one pool are late."""

from lifeguard.page.rule_parts import ID, Automation, automation, event_trigger

EXPLAIN_LATE_RUNS = "lifeguard: explain late runs"
EXPLAIN_DEPLOYMENT = "explain_run/explain_run"
LATE_RUNS = 5
WITHIN_SECONDS = 300


def explain_late_runs(deployment_id: str) -> Automation:
    """One explanation, of the run that was marked last, for each pool and five minutes."""
    return automation(
        EXPLAIN_LATE_RUNS,
        f"Runs {EXPLAIN_DEPLOYMENT} when {LATE_RUNS} runs of one work pool become late.",
        event_trigger(
            expect=["prefect.flow-run.Late"],
            match={ID: "prefect.flow-run.*"},
            match_related={"prefect.resource.role": "work-pool"},
            for_each=[f"related:work-pool:{ID}"],
            threshold=LATE_RUNS,
            within=WITHIN_SECONDS,
        ),
        {
            "type": "run-deployment",
            "source": "selected",
            "deployment_id": deployment_id,
            "parameters": {"run": {"__prefect_kind": "jinja", "template": "{{ flow_run.id }}"}},
        },
    )
