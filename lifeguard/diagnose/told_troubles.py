"""What Prefect was told of pods that do not start, or died: one trouble per run, from events and lines of the observer.

It says what was, at a time: an event's id is made of pod, phase and diagnosis, so that one which comes back is not sent
again, and a pod that recovers and still waits says nothing (prefect-kubernetes 0.8.0). A line is written at each change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lifeguard.diagnose.in_a_row import in_a_row
from lifeguard.diagnose.pod_phrases import CODES, DIED, code_of_line, says_of, words_of
from lifeguard.diagnose.refused_jobs import refused_jobs
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.escaping import command
from lifeguard.facts import Run, seconds
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import BY_PREFECT, PodTrouble, Troubles
from lifeguard.pods import ObserverLine, PodEvent

OLD = seconds(300)
CLOCK_SLACK = seconds(60)
"""The observer sets the state first, and its clock is that of the worker."""

GOES_WELL = ("running", "succeeded")


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of the newest pod of a run, by time, and what the observer wrote of it."""

    events: tuple[PodEvent, ...]
    lines: tuple[ObserverLine, ...]


def told_troubles(scene: Scene) -> Troubles:
    """By the run's id: what keeps its pod from beginning, or what it died of; nothing of one whose pod went on since."""
    troubles = dict(refused_jobs(scene))
    told = told_by_run(scene)
    for run in (*_pending(scene), *crashed_runs(scene)):
        trouble = _trouble(scene, run, told[run.id]) if run.id in told else None
        if trouble and run.id not in troubles:
            troubles[run.id] = trouble
    return troubles


def _pending(scene: Scene) -> list[Run]:
    return [run for run in scene.snapshot.active if run.is_pending]


def crashed_runs(scene: Scene) -> list[Run]:
    """Those that crashed since their deployment last started one, and those that had begun and kept their lease."""
    never = [run for run in scene.snapshot.ended if run.state_type == "CRASHED"]
    since = [run for _, runs in in_a_row(scene, never) for run in runs]
    return since + [run for run in scene.snapshot.interrupted if run.id not in scene.snapshot.lost_leases]


def told_by_run(scene: Scene) -> Mapping[str, Told]:
    """By the run's id, what was told of the pod that it has now; runs of which nothing was are left out."""
    return scene.once(_told_by_run)


def _told_by_run(scene: Scene) -> Mapping[str, Told]:
    runs, seen = scene.runs_by_id, scene.snapshot
    events = [each for each in seen.pod_events if _is_of_this_attempt(runs.get(each.run_id), each.received)]
    lines = [each for each in seen.observer_lines if _is_of_this_attempt(runs.get(each.run_id), each.at)]
    by_run = grouped(sorted(events, key=_received), lambda event: event.run_id)
    lines_by_run = grouped(sorted(lines, key=_written), lambda line: line.run_id)
    return {id: _of_newest_pod(by_run.get(id, ()), lines_by_run.get(id, ())) for id in {*by_run, *lines_by_run}}


def _is_of_this_attempt(run: Run | None, at: datetime) -> bool:
    """A run that is run again has a new Job, of which nothing was told before it was submitted."""
    return run is None or not run.is_pending or run.state_since is None or at > run.state_since - CLOCK_SLACK


def _of_newest_pod(events: Sequence[PodEvent], lines: Sequence[ObserverLine]) -> Told:
    """A Job that tries again makes a pod of its own each time; what was told of the pods before it is over."""
    newest = [event for event in events if event.pod_uid == events[-1].pod_uid]
    before = [event.received for event in events if event.pod_uid != events[-1].pod_uid]
    return Told(tuple(newest), tuple(line for line in lines if not before or line.at > max(before)))


def _trouble(scene: Scene, run: Run, told: Told) -> PodTrouble | None:
    if run.is_pending and told.events and told.events[-1].phase in GOES_WELL:
        return None
    last = next((event for event in reversed(told.events) if _code_of(event)), None)
    line = next((line for line in reversed(told.lines) if code_of_line(line.text)), None)
    code = _newer(last, line)
    if code is None or (not run.is_pending and _died_of_something_else(told.events, last)):
        return None
    return _of_code(scene, run, told, code, last if last and _code_of(last) == code else None)


def _newer(event: PodEvent | None, line: ObserverLine | None) -> str | None:
    """By what was told last: the observer writes its line just before it sends the event."""
    if line and (event is None or line.at > event.received):
        return code_of_line(line.text)
    return _code_of(event) if event else None


def _died_of_something_else(events: Sequence[PodEvent], last: PodEvent | None) -> bool:
    """Whether the pod went on after that: what it waited for then is not what it crashed of."""
    after = events[events.index(last) + 1 :] if last else events
    return any(event.phase in GOES_WELL for event in after)


def _code_of(event: PodEvent) -> str | None:
    """By the diagnosis, else by the reason: every container that fails is sent as `evicted`, whatever it died of."""
    if event.diagnosis:
        return CODES.get(event.diagnosis.partition(".")[0])
    return DIED if event.reason else None


def _of_code(scene: Scene, run: Run, told: Told, code: str, event: PodEvent | None) -> PodTrouble:
    lines = [line for line in told.lines if code_of_line(line.text) == code]
    events = [each for each in told.events if _code_of(each) == code]
    times = [*(line.at for line in lines), *(each.received for each in events)]
    last, reason = max(times), (event.reason or event.diagnosis) if event else None
    words = words_of([line.text for line in lines])
    return PodTrouble(
        run_id=run.id,
        code=code,
        says=says_of(code, reason, words) + (_last_seen(scene, last) if run.is_pending else ""),
        words=words or reason or "",
        since=min(times),
        seen_by=BY_PREFECT,
        is_over=not run.is_pending,
        evidence=_evidence(run, event or (told.events[-1] if told.events else None), last),
        remedy=_remedy(run, told.events),
    )


def _last_seen(scene: Scene, last: datetime) -> str:
    """That it may be over by now, where it was said long ago: nobody says that a pod recovered."""
    if scene.now - last < OLD:
        return ""
    day = "" if last.date() == scene.now.date() else f"{last:%Y-%m-%d} "
    return f" (last seen {day}{last:%H:%M} UTC)"


def _evidence(run: Run, event: PodEvent | None, last: datetime) -> Evidence:
    job: Evidence = {"job": run.infrastructure_id} if run.infrastructure_id else {}
    if event is None:
        return {**job, "last_seen": last}
    said = {"kubernetes_reason": event.reason, "prefects_diagnosis": event.diagnosis}
    told = {name: value for name, value in said.items() if value}
    return {**job, "namespace": event.namespace, "pod": event.pod_name, **told, "last_seen": last}


def _remedy(run: Run, events: Sequence[PodEvent]) -> tuple[str, ...]:
    namespace = events[-1].namespace if events else (run.job or ("", ""))[0]
    return (describe_pod(run, namespace),)


def describe_pod(run: Run, namespace: str) -> str:
    """The command that shows what Kubernetes says of the pods of a run."""
    return command("kubectl describe pod", namespace=namespace or None, selector=f"prefect.io/flow-run-id={run.id}")


def _received(event: PodEvent) -> tuple[float, str, str]:
    return (event.received.timestamp(), event.pod_uid, event.diagnosis or "")


def _written(line: ObserverLine) -> tuple[float, str]:
    return (line.at.timestamp(), line.text)
