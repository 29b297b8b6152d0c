"""What `lifeguard fix` would do, did, and what came of it, for a person at a terminal. Lines are not wrapped by us."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.findings import Finding
from lifeguard.fixable import fix_command
from lifeguard.fixes import StepDone, StepFate
from lifeguard.remedies.plan import Plan
from lifeguard.report.fix_phrases import call, end, how_to_do_it, left
from lifeguard.report.terminal import SEVERITY_STYLE

LABEL_WIDTH = len(StepFate.NOT_TRIED.value)
STYLE = {StepFate.DONE: "green", StepFate.SKIPPED: "cyan", StepFate.FAILED: "bold red", StepFate.NOT_TRIED: "yellow"}


def show_plan(plan: Plan, api_url: str, console: Console) -> None:
    """Every step with the call that it is, what to think of before, and how to have it done."""
    show_finding(plan.finding, console)
    for step in plan.steps:
        _say("to do", step.says, console, "green")
        _say("", call(step, api_url), console, "dim")
    show_rest(plan, console)
    for caution in plan.cautions:
        _say("mind", caution, console, "yellow")
    if plan.steps:
        console.print()
        console.print(Text(visible(how_to_do_it(plan, api_url)), style="bold"), soft_wrap=True)


def show_finding(finding: Finding, console: Console) -> None:
    """What it is about."""
    style = SEVERITY_STYLE[finding.severity]
    console.print(Text.assemble((finding.severity.upper(), style), "  ", (finding.code, "bold")), soft_wrap=True)
    console.print(Text("  " + visible(finding.title)), soft_wrap=True)


def show_rest(plan: Plan, console: Console) -> None:
    """What is left for another time, and what is not touched."""
    if plan.left:
        _say("left", left(plan), console, "yellow")
    for each in plan.untouched:
        _say("untouched", each, console, "dim")


def show_by_hand(plan: Plan, console: Console) -> None:
    """That nothing can be applied, and what to do instead."""
    show_finding(plan.finding, console)
    show_rest(plan, console)
    console.print(Text("  `lifeguard fix` cannot do anything about it; by hand:"), soft_wrap=True)
    for step in plan.finding.remedy:
        _say("next", step, console, "green")


def show_step(step: StepDone, console: Console) -> None:
    """One step once it is over."""
    _say(step.fate.value, step.words, console, STYLE[step.fate])


def show_end(plan: Plan, steps: Sequence[StepDone], held: bool | None, again: Finding | None, console: Console) -> None:
    """Whether it held."""
    show_rest(plan, console)
    console.print()
    console.print(Text(visible(end(plan, steps, held, again)), style="bold"), soft_wrap=True)


def show_fixable(findings: Sequence[Finding], others: int, console: Console) -> None:
    """Everything that can be fixed now, each with its command."""
    for finding in findings:
        show_finding(finding, console)
        _say("fix", fix_command(finding.fingerprint), console, "green")
    more = f"{others} more {'is' if others == 1 else 'are'} for people to mend: `lifeguard check`." if others else ""
    what = (
        "Each command shows what it would do; --yes does it." if findings else "Nothing that is found now can be fixed."
    )
    console.print(Text(f"{what} {more}".rstrip(), style="bold"), soft_wrap=True)


def _say(label: str, text: str, console: Console, style: str) -> None:
    console.print(Text.assemble((f"  {label:<{LABEL_WIDTH}}  ", "dim"), (visible(text), style)), soft_wrap=True)
