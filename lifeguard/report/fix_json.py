"""The JSON that `lifeguard fix --format json` prints. Programs build on it: a change to a name is a change of version."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lifeguard.findings import Finding
from lifeguard.fixable import fix_command
from lifeguard.fixes import Fix
from lifeguard.remedies.plan import Plan
from lifeguard.remedies.steps import Step
from lifeguard.report.contract import finding_document
from lifeguard.report.fix_phrases import done_by
from lifeguard.report.history_json import printed

SCHEMA = 1


def plan_json(plan: Plan, fix: Fix | None = None, *, is_recorded: bool | None = None) -> str:
    """A plan, and with `fix` what came of it: `held` is null where nothing was done or nobody could look."""
    fates: Sequence[Mapping[str, Any]] = [asdict(step) for step in fix.steps] if fix else []
    return printed(
        {
            "schema": SCHEMA,
            "finding": finding_document(plan.finding),
            "applied": fix is not None,
            "steps": [_step(step, fates[number] if fates else None) for number, step in enumerate(plan.steps)],
            "left": plan.left,
            "untouched": list(plan.untouched),
            "mind": list(plan.cautions),
            "held": fix.held if fix else None,
            "recorded": is_recorded,
            "incident": fix.incident_id if fix else None,
            "command": done_by(plan) if plan.steps else None,
        }
    )


def nothing_json(fingerprint: str) -> str:
    """That a finding is no longer there."""
    return printed({"schema": SCHEMA, "finding": None, "fingerprint": fingerprint, "applied": False, "steps": []})


def list_json(findings: Sequence[Finding]) -> str:
    """What can be fixed now."""
    fixable = [{**finding_document(each), "command": fix_command(each.fingerprint)} for each in findings]
    return printed({"schema": SCHEMA, "fixable": fixable})


def _step(step: Step, done: Mapping[str, Any] | None) -> Mapping[str, Any]:
    call = step.call
    return {
        "what": step.says,
        "method": call.method,
        "path": call.path,
        "body": call.body,
        "fate": done["fate"] if done else None,
        "why": done["why"] if done else None,
    }
