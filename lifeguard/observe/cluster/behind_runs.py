"""What stands behind the runs of one namespace: their pods, and where those do not tell everything, Jobs, quotas and events.

The price does not grow with the runs: a few are chosen by their ids, many by a label that all of them have, page by page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lifeguard.cluster import RUN_LABEL, Pod
from lifeguard.facts import seconds
from lifeguard.observe.cluster import answers
from lifeguard.observe.cluster.lists import Row
from lifeguard.observe.cluster.picture import Picture
from lifeguard.observe.cluster.wanted import Wanted

OF_RUNS = ("pods", "jobs", "resourcequotas", "limitranges", "events")
IDS_AT_ONCE = 100
"""More ids than these make an address longer than proxies before a cluster let pass (8 KiB)."""
YOUNG_SECONDS = 30.0
"""A pod that waits is left alone for so long: images are pulled, nodes are chosen."""
NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed"
NOT_SUCCEEDED = "status.successful=0"
WARNINGS = "type=Warning"
WITHOUT_SCHEDULING = "type=Warning,reason!=FailedScheduling,reason!=BackOff"
"""Where runs are many, what the scheduler says is left to the pods, whose condition has the same words."""
PAGES_OF_WARNINGS, PAGES_OF_ANSWERS = 6, 1
"""A quota makes an event for each try of each Job; those of a few hundred Jobs tell what those of thousands would."""
ANSWERS_OF_SCALERS = ("TriggeredScaleUp", "NotTriggerScaleUp", "Nominated")
"""Reasons of events that are no warnings: two of cluster-autoscaler, one of Karpenter."""


@dataclass(frozen=True, slots=True)
class Found:
    """What pods tell of the suspects: who has none, whether one is in trouble, whether no node takes one."""

    without_pod: tuple[str, ...] = ()
    has_trouble: bool = False
    needs_node: bool = False


async def look_behind(picture: Picture, namespace: str, wanted: Wanted) -> None:
    """Read what the suspects of a namespace need, and nothing where all is well."""
    ids = wanted.suspects.get(namespace, ())
    found = await _suspects(picture, namespace, ids, wanted)
    if found.without_pod:
        await _jobs(picture, namespace, found.without_pod)
        await picture.read("resourcequotas", namespace)
        await picture.read("limitranges", namespace)
    if found.without_pod or found.has_trouble:
        fields = WARNINGS if len(ids) <= IDS_AT_ONCE or not picture.sees("pods", namespace) else WITHOUT_SCHEDULING
        await picture.read("events", namespace, fields=fields, pages=PAGES_OF_WARNINGS)
    if found.needs_node:
        picture.needs_nodes = True
        for reason in ANSWERS_OF_SCALERS:
            fields = f"involvedObject.kind=Pod,reason={reason}"
            await picture.read("events", namespace, fields=fields, pages=PAGES_OF_ANSWERS)
    picture.finish(OF_RUNS, namespace)


async def _suspects(picture: Picture, namespace: str, ids: Sequence[str], wanted: Wanted) -> Found:
    """Where pods cannot be seen, what Jobs and events say is all the more worth reading."""
    if not ids:
        return Found()
    pods = await _pods(picture, namespace, ids)
    have_one, now = {pod.run_id for pod in pods if wanted.is_of_known_job(pod)}, wanted.taken_at
    return Found(
        without_pod=tuple(id for id in ids if id not in have_one),
        has_trouble=any(_is_in_trouble(pod, now) for pod in pods),
        needs_node=any(pod.phase == "Pending" and not pod.node_name and _is_old(pod, now) for pod in pods),
    )


async def _pods(picture: Picture, namespace: str, ids: Sequence[str]) -> list[Pod]:
    if len(ids) <= IDS_AT_ONCE:
        return _as_pods(await picture.read("pods", namespace, _among(ids)))
    pods = _as_pods(await picture.read("pods", namespace, RUN_LABEL, NOT_ENDED, of=frozenset(ids)))
    have_one = {pod.run_id for pod in pods}
    rest = [id for id in ids if id not in have_one][:IDS_AT_ONCE]
    return pods + _as_pods(await picture.read("pods", namespace, _among(rest))) if rest else pods


async def _jobs(picture: Picture, namespace: str, ids: Sequence[str]) -> None:
    if len(ids) <= IDS_AT_ONCE:
        await picture.read("jobs", namespace, _among(ids))
    else:
        await picture.read("jobs", namespace, RUN_LABEL, NOT_SUCCEEDED, of=frozenset(ids))


def _is_in_trouble(pod: Pod, now: datetime) -> bool:
    """Whether more is to be known of it: it failed, waits for long, or a container of it keeps ending."""
    if pod.phase in ("Running", "Succeeded"):
        return any(each.state == "waiting" or each.restarts for each in pod.containers)
    return pod.phase == "Failed" or _is_old(pod, now)


def _is_old(pod: Pod, now: datetime) -> bool:
    return pod.created is None or pod.created < now - seconds(YOUNG_SECONDS)


def _as_pods(rows: Sequence[Row]) -> list[Pod]:
    return [answers.pod(row) for row in rows]


def _among(ids: Sequence[str]) -> str:
    """A selector for these runs; sorted, since what is asked alike is answered from one place."""
    return f"{RUN_LABEL} in ({','.join(sorted(ids))})"
