"""What `lifeguard arm` and `disarm` say: a line for each automation, and a sentence that sums up."""

from collections.abc import Iterable

from lifeguard.escaping import visible
from lifeguard.page.pagers import Pager
from lifeguard.page.reconcile import Plan
from lifeguard.page.rule_parts import Automation


def told(done: Plan, pagers: Iterable[Pager], shown_url: str, dry_run: bool) -> str:
    """One line for each automation, and one that sums up."""
    lines = [f"{what}  {visible(each['name'])}" for what, each in _steps(done, dry_run)]
    names = [visible(pager.name) for pager in pagers]
    return "\n".join([*lines, *_switched_off(done.disabled), _summary(done, names, shown_url, dry_run)])


def _steps(done: Plan, dry_run: bool) -> list[tuple[str, Automation]]:
    words = ("to create", "to update", "to remove") if dry_run else ("created  ", "updated  ", "removed  ")
    updated = tuple(there for _, there in done.update)
    return [
        *((words[0], each) for each in done.create),
        *((words[1], each) for each in updated),
        *((words[2], each) for each in done.delete),
        *(("unchanged", each) for each in done.unchanged),
    ]


def _switched_off(disabled: Iterable[Automation]) -> list[str]:
    return [
        f"{visible(each['name'])} is switched off and stays so: `prefect automation resume --id {each['id']}`."
        for each in disabled
    ]


def _summary(done: Plan, pagers: list[str], shown_url: str, dry_run: bool) -> str:
    counts = f"{len(done.create)} to create, {len(done.update)} to update, {len(done.delete)} to remove"
    if dry_run and not done.is_settled:
        return f"Nothing was changed on {shown_url}: {counts}."
    nothing = "Nothing is to do: " if done.is_settled else ""
    if not pagers:
        return f"{nothing}no automation of Lifeguard is left on {shown_url}; the pagers stay saved."
    return f"{nothing}{shown_url} pages through {', '.join(pagers)}."
