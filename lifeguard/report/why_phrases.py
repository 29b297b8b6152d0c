"""The short texts of an explanation, in the order of reading. They are not escaped yet: each format does that itself."""

from datetime import UTC, datetime

from lifeguard.durations import short
from lifeguard.facts import Holder, Run
from lifeguard.incidents import Incident
from lifeguard.report import changed_phrases
from lifeguard.report.history_phrases import second
from lifeguard.report.signs_phrases import meaning, told
from lifeguard.signatures.known import RUN, recognized
from lifeguard.signatures.remedies import remedy_of
from lifeguard.signatures.sign import Sign
from lifeguard.why.explanation import Explanation
from lifeguard.why.points import Answer

WORDS = {Answer.HOLDS: "holds it", Answer.CLEAR: "clear", Answer.UNSEEN: "not seen"}
HOLDERS_SHOWN = 10
LOG_LINES_SHOWN = 12


def subject(explanation: Explanation) -> str:
    """Which run, of which deployment, and where it is to run."""
    run, deployment = explanation.run, explanation.deployment
    of = f" of deployment '{deployment.full_name}'" if deployment else ""
    where = f" in work pool '{run.pool_name}', queue '{run.queue_name}'" if run.pool_name else ""
    return f"Run '{run.name}' ({run.id}){of}{where}"


def state(explanation: Explanation) -> str:
    """Its state, and for how long."""
    run, now = explanation.run, explanation.case.snapshot.taken_at
    if run.state_since is None:
        return run.state_name
    return f"{run.state_name} for {short((now - run.state_since).total_seconds())}, since {time(run.state_since)} UTC"


def time(when: datetime | None) -> str:
    """A time as it is told here; everything is UTC."""
    return second(when) if when else "an unknown time"


def holder(each: Holder, explanation: Explanation) -> str:
    """Who holds a slot, and for how long."""
    now = explanation.case.snapshot.taken_at
    lasts = f" for {short((now - each.since).total_seconds())}, since {time(each.since)} UTC" if each.since else ""
    return f"'{each.run_name}' ({each.run_id}): {each.state_name}{lasts}"


CHANGED = "What changed since an hour before it was due"


def changes(explanation: Explanation) -> list[str]:
    """Everything that was done in that time, newest last; nothing where nobody knows of anything."""
    changed, due = explanation.changed, explanation.run.due_since
    if changed is None or due is None or not (changed.changes or changed.unseen):
        return []
    return changed_phrases.told(changed, due, " it was due")


def incident(each: Incident) -> str:
    """An incident of the time in which the run waited."""
    ended = f"until {time(each.ended_at)}" if each.ended_at else "and still open"
    return f"{each.finding.code}, from {time(each.began_at)} {ended} UTC: {each.finding.title} (lifeguard incident {each.id})"


def log_lines(explanation: Explanation) -> list[str]:
    """The newest lines of its logs that matter, each with what it means where that is known."""
    return [f"{stamp(each.at)}  {log_line(each.message)}" for each in explanation.case.logs[-LOG_LINES_SHOWN:]]


def log_line(message: str) -> str:
    """A line, and what it means."""
    known = recognized(message, RUN)
    return f"{message}  [{known.code}: {known.means}]" if known else message


def sign(each: Sign) -> str:
    """What a log file says."""
    return f"{each.code}: {meaning(each)} ({each.log}: {told(each)}) {each.example}"


def sign_steps(explanation: Explanation) -> list[str]:
    """What to do about what the log files say, for each cause that they prove."""
    proven = dict.fromkeys(each.code for each in explanation.signs if each.is_proof)
    return [step for code in proven for step in remedy_of(code, explanation.run.pool_name)]


def address(ui_url: str | None, run: Run) -> str | None:
    """The run's page in the Prefect UI."""
    return f"{ui_url.rstrip('/')}/runs/flow-run/{run.id}" if ui_url else None


def stamp(when: datetime | None) -> str:
    """A time with milliseconds, for a timeline of what happens within one second."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] if when else "an unknown time"
