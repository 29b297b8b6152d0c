"""One finding of every code, made from facts, for what must hold of all of them: remedies, formats, documentation.

Whether a code speaks at the right time is not the matter here: see the scenarios.
"""

from collections.abc import Sequence
from dataclasses import replace

from lifeguard.cluster import Cluster, Container, Node, Pod, Right
from lifeguard.cluster import Condition as Told
from lifeguard.diagnose.checks import CHECKS, diagnose
from lifeguard.diagnose.infra_submit_failed import SUBMISSION_FAILED
from lifeguard.diagnose.refused_jobs import FORBIDDEN
from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Deployment, Leak, Limit, Queue, Run, Server, StoppedSchedule, TaskWait, Worker
from lifeguard.findings import Finding
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.page.delivery import DID_NOT_FIRE
from lifeguard.page.triggers_stalled import triggers_stalled
from lifeguard.page.undelivered import undelivered
from lifeguard.pages import Fate, Page
from lifeguard.record.failures import AWAY, HistoryUnavailable
from lifeguard.record.own_findings import history_not_durable, history_unavailable
from lifeguard.review.desk import Desk
from lifeguard.review.known import SERVER
from lifeguard.review.own_process import slow_polls
from lifeguard.services import ServicesSeen
from lifeguard.settings import OwnSettings, Settings
from lifeguard.signatures.known import SIGNATURES
from lifeguard.signatures.sign import Sign
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests import worker_deployments as w


def findings_of_every_code(name: str = b.ETL) -> dict[str, Finding]:
    """One finding of each code, on resources that all have this name."""
    found = [finding for seen in _situations() for finding in b.judged(_renamed(seen, name))]
    found += diagnose(b.scene(), checks=[*CHECKS, crashing])
    found += [
        history_unavailable(HistoryUnavailable("PostgreSQL (the block)", AWAY)),
        history_not_durable("Kubernetes"),
        *undelivered([_unsent(name)]),
        *triggers_stalled(b.judgement(), [_unfired(name)], fired=0),
        *slow_polls(_slow_polls()),
    ]
    return {finding.code: finding for finding in found}


def scenes_of_findings(name: str = b.ETL) -> dict[str, tuple[Finding, Scene]]:
    """The same with the scene that each was found in, as far as checks found them."""
    scenes = [b.scene(_renamed(seen, name)) for seen in _situations()]
    return {finding.code: (finding, scene) for scene in scenes for finding in diagnose(scene)}


def _slow_polls() -> Desk:
    """A process that is set so that its worker would ask for work too seldom."""
    return Desk(b.scene(), Settings(SERVER), OwnSettings(Settings({"worker.query_seconds": 90.0})))


def _unsent(name: str) -> Page:
    """A page about a pool of this name that did not arrive."""
    found = b.finding(pool=name)
    opened = Change(ChangeKind.OPENED, b.ago(600), Incident(found, b.ago(600), b.NOW, found.severity, id=1))
    return Page(opened, "oncall", b.ahead(60), Fate.FAILED, 2, "an-event", b.ago(120), "Notification failed", 1)


def _unfired(name: str) -> Page:
    """The same where the server's automations did nothing."""
    return replace(_unsent(name), fate=Fate.UNFIRED, reason=DID_NOT_FIRE)


def crashing(scene: Scene) -> list[Finding]:
    """A check with a mistake in it."""
    raise ZeroDivisionError(f"at {scene.now}")


def _situations() -> Sequence[Snapshot]:
    due, late = b.run(overdue=400), b.run("late", overdue=4000)
    two = [b.worker("one"), b.worker("two", silent=600)]
    one_slot = b.limit(active=1)
    return (
        *_of_clusters(),
        b.snapshot(server=Server(b.API_URL, reachable=False, not_ready_because="the connection was refused")),
        b.snapshot(server=Server(b.API_URL, ready=False, not_ready_because="HTTP 503")),
        b.snapshot(missing=[b.unseen("workers", b.ETL)]),
        b.snapshot(pools=[b.pool(is_paused=True)], waiting=[due]),
        b.snapshot(queues=[b.queue(is_paused=True)], waiting=[due]),
        b.snapshot(pools=[b.pool(type="prefect-agent")], waiting=[due]),
        b.snapshot(pools=[b.pool(type="ecs:push")], waiting=[due]),
        b.snapshot(pools=[b.pool(limit=0, active_slots=0)], waiting=[due]),
        b.snapshot(workers=[b.worker(silent=600)], waiting=[due, late]),
        b.snapshot(queues=[b.queue(silent=None)], waiting=[due]),
        b.snapshot(queues=[b.queue(), b.queue("hot", silent=None)], waiting=[b.run(overdue=400, queue="hot")]),
        b.snapshot(pools=[b.pool(limit=1, active_slots=1)], active=[b.running()], waiting=[due]),
        b.snapshot(queues=[b.queue(limit=1, active_slots=1)], active=[b.running()], waiting=[due]),
        b.snapshot(active=[b.pending(since=4000)]),
        b.snapshot(limits=[one_slot], active=[b.running()], waiting=[b.refused(waits=400)]),
        b.snapshot(limits=[one_slot], active=[b.running()], ended=[b.cancelled(str(n)) for n in range(3)]),
        b.snapshot(ended=[b.crashed()]),
        b.snapshot(
            limits=[b.limit("tag:db", active=1)],
            active=[b.running()],
            task_waits=[TaskWait("db", "id-of-running-1", 2, b.ago(400))],
        ),
        b.snapshot(workers=two, active=[b.running(worker="two")]),
        b.snapshot(worker_events=[b.worker_event(ago=number) for number in (400, 300, 200, 100)]),
        b.snapshot(worker_events=[b.worker_event(ago=600, type="docker")]),
        b.snapshot(worker_events=[b.worker_event(ago=600, version="3.10.0")]),
        b.snapshot(worker_events=[b.worker_event("other", "web", ago=600)], active=[b.running()]),
        b.snapshot(
            waiting=[b.run("patrol", overdue=400, deployment="patrol", tags=["lifeguard"])],
            deployments=[b.deployment("patrol", flow="patrol")],
        ),
        b.snapshot(active=[b.running()], waiting=[due]),
        b.snapshot(waiting=[due]),
        b.snapshot(waiting=[b.run(pool=None, queue=None, overdue=400)], deployments=[b.deployment(pool=None)]),
        b.snapshot(waiting=[b.run(pool=None, queue=None, overdue=400)], deployments=[b.served(silent=600)]),
        *_dead_services(),
        b.snapshot(workers=[b.worker(silent=600)], queues=[b.queue(silent=5)]),
        b.snapshot(queues=[b.queue(silent=600)], waiting=[due]),
        b.snapshot(queues=[b.queue(silent=600)], waiting=[due], queue_starts={"queue-etl-default": 2}),
        b.snapshot(
            pools=[b.pool(limit=1, active_slots=1)],
            active=[b.running("parent")],
            waiting=[b.run("child", overdue=400, parent_task="task")],
            parents={"task": "id-of-parent"},
        ),
        *_of_runs_and_limits(),
        *_of_logs(),
        *_of_pods(),
        *_shown_by_clusters(),
    )


def _of_pods() -> Sequence[Snapshot]:
    """What Prefect alone is told of runs in Kubernetes."""
    kubernetes, waits = [b.pool(type="kubernetes")], b.submitted(state="InfrastructurePending")
    refused = replace(b.crashed(), state_message=f"{SUBMISSION_FAILED} {FORBIDDEN}: exceeded quota: jobs")
    silent = [replace(b.running(f"silent-{number}"), infrastructure_id=f"mills:job-{number}") for number in range(3)]
    said = (b.pod_event(waits, diagnosis="Unschedulable"), b.pod_event(waits, diagnosis="ImagePullError", ago=20))
    died = b.pod_event(refused, "evicted", reason="Error")
    return (
        b.snapshot(pools=kubernetes, active=[waits], pod_events=said[:1]),
        b.snapshot(pools=kubernetes, active=[waits], pod_events=said),
        b.snapshot(pools=kubernetes, ended=[refused]),
        b.snapshot(pools=kubernetes, ended=[replace(refused, state_message="No active pods")], pod_events=(died,)),
        b.snapshot(pools=kubernetes, active=[b.submitted()], pods_asked=frozenset({b.submitted().id})),
        b.snapshot(pools=kubernetes, active=silent, pods_asked=frozenset(run.id for run in silent)),
    )


def _shown_by_clusters() -> Sequence[Snapshot]:
    """What only a look into a cluster shows of runs there."""
    kubernetes, waits, runs = [b.pool(type="kubernetes")], b.submitted(), b.running()
    lacks = Container("job", "image", state="waiting", reason="CreateContainerConfigError", message="no secret")
    lost = Node("node-1", conditions=(Told("Ready", "Unknown", "NodeStatusUnknown", "stopped", b.ago(400)),))
    unmade = Pod("mills", "pod-1", "uid-1", "Pending", b.ago(400), waits.id, node_name="node-1", containers=(lacks,))
    adrift = Pod("mills", "pod-2", "uid-2", "Running", b.ago(400), runs.id, node_name="node-1")
    return (
        b.snapshot(pools=kubernetes, active=[waits], clusters=(Cluster("blue", (b.ETL,), pods=(unmade,)),)),
        b.snapshot(
            pools=kubernetes, active=[runs], clusters=(Cluster("blue", (b.ETL,), pods=(adrift,), nodes=(lost,)),)
        ),
    )


def _of_runs_and_limits() -> Sequence[Snapshot]:
    zombie, lost = b.running(since=4000), replace(b.crashed("lost"), run_count=1)
    full = b.limit(active=1)
    blocked = [b.run(f"blocked-{number}", overdue=600) for number in range(200)]
    off = StoppedSchedule("deployment-nightly", False, 2, b.ago(4000), "id-of-schedule")
    return (
        b.snapshot(retrying=(b.retrying(due=700),)),
        b.snapshot(active=[zombie], heartbeats=b.heard(zombie, 2000)),
        b.snapshot(limits=[full], leaks=(Leak(full.name, 1, 0),), waiting=[b.refused(waits=400)]),
        b.snapshot(
            limits=[full],
            waiting=[*blocked, b.run("behind", overdue=500, deployment="other")],
            deployments=[b.deployment(), b.deployment("other")],
        ),
        b.snapshot(
            queues=[b.queue(priority=1), b.queue("low", priority=2)],
            active=[b.running(since=100)],
            waiting=[b.run("first", overdue=20), b.run("last", overdue=900, queue="low")],
        ),
        b.snapshot(
            server=Server(b.API_URL, kind="cloud"), pools=[b.pool(type="ecs:push")], waiting=[b.run(overdue=400)]
        ),
        b.snapshot(interrupted=(lost,), lost_leases=frozenset({lost.id})),
        b.snapshot(limits=[b.limit("tag:db", active=1)], leaks=(Leak("tag:db", 1, 0),)),
        b.snapshot(waiting=[b.run(overdue=400, state="Resuming")]),
        b.snapshot(paused=(b.paused(),)),
        b.snapshot(paused=(b.paused(suspended=True),)),
        b.snapshot(stopped_schedules=(replace(off, is_paused=True),)),
        b.snapshot(stopped_schedules=(off,)),
        b.snapshot(
            waiting=[b.run(f"waits-{number}", overdue=4000) for number in range(20)], caught_up={f"pool-{b.ETL}": 40}
        ),
    )


def _of_clusters() -> Sequence[Snapshot]:
    down, bare = w.deployment(w.pod(w.killed())), w.deployment(has_liveness_probe=False)
    wide = Right("prefect", ("*",), ("*",), ("*",))
    return (
        w.snapshot(w.cluster(down), waiting=[b.run(overdue=400)]),
        w.snapshot(w.cluster(bare, rights=[wide]), alive=True),
    )


def _of_logs() -> Sequence[Snapshot]:
    """Each cause that a log shows, by one sign of it in the log of a worker."""
    signs = [Sign(each.key, each.code, "worker.log", 2, "a line", ended=b.ago(60)) for each in SIGNATURES]
    return [b.snapshot(signs=(sign,)) for sign in signs]


def _dead_services() -> Sequence[Snapshot]:
    """Two signs alone, and then all of them, where the umbrella explains each."""
    unmade, none = (b.unmade(),), b.stored(0)
    return (
        b.snapshot(services=ServicesSeen(unmade)),
        b.snapshot(services=ServicesSeen(events=none)),
        b.snapshot(services=ServicesSeen(unmade, none)),
        b.snapshot(waiting=[b.run(overdue=400, state="Scheduled")]),
        b.snapshot(workers=[b.worker(), replace(b.worker("two", silent=4000), status="ONLINE")]),
        b.snapshot(cancelling=[b.cancelling(since=4000)]),
    )


def _renamed(seen: Snapshot, name: str) -> Snapshot:
    """The same picture, where everything that a user can name has this name, but for siblings that need their own."""
    pools = {pool.id: replace(pool, name=name) for pool in seen.pools}
    return replace(
        seen,
        pools=tuple(pools.values()),
        queues=tuple(_queue(queue, name) for queue in seen.queues),
        workers={id: tuple(_worker(worker, name) for worker in workers) for id, workers in seen.workers.items()},
        worker_events=tuple(replace(event, name=f"{event.name} {name}") for event in seen.worker_events),
        waiting=tuple(_run(run, name) for run in seen.waiting),
        active=tuple(_run(run, name) for run in seen.active),
        ended=tuple(_run(run, name) for run in seen.ended),
        paused=tuple(_run(run, name) for run in seen.paused),
        retrying=tuple(_run(run, name) for run in seen.retrying),
        interrupted=tuple(_run(run, name) for run in seen.interrupted),
        leaks=tuple(replace(leak, limit_name=_limit_name(leak.limit_name, name)) for leak in seen.leaks),
        cancelling=tuple(_run(run, name) for run in seen.cancelling),
        services=_services(seen.services, name),
        pod_events=tuple(replace(event, pod_name=name, namespace=name) for event in seen.pod_events),
        signs=tuple(replace(sign, log=name, example=name) for sign in seen.signs),
        deployments={id: _deployment(deployment, name) for id, deployment in seen.deployments.items()},
        limits=tuple(_limit(limit, name) for limit in seen.limits),
        task_waits=tuple(replace(wait, tag=name) for wait in seen.task_waits),
        clusters=tuple(_cluster(cluster, name) for cluster in seen.clusters),
        missing=tuple(replace(missing, pool_name=missing.pool_name and name) for missing in seen.missing),
    )


def _cluster(cluster: Cluster, name: str) -> Cluster:
    """Names in Kubernetes are letters, digits and dashes; what a container says may be anything, and so may a pool's name."""
    own = tuple(replace(each, pool_name=name) for each in cluster.deployments)
    pods = tuple(_pod(pod, name) for pod in cluster.pods)
    return replace(cluster, pools=tuple(name for _ in cluster.pools), deployments=own, pods=pods)


def _pod(pod: Pod, name: str) -> Pod:
    said = (replace(each, message=each.message and f'secret "{name}" not found') for each in pod.containers)
    return replace(pod, containers=tuple(said))


def _services(seen: ServicesSeen, name: str) -> ServicesSeen:
    events = seen.events and replace(seen.events, change=f"run '{name}' became Running")
    return ServicesSeen(tuple(replace(each, deployment=f"{name}/{name}") for each in seen.unmade), events)


def _queue(queue: Queue, name: str) -> Queue:
    return replace(queue, name=name)


def _worker(worker: Worker, name: str) -> Worker:
    return replace(worker, name=f"{worker.name} {name}")


def _run(run: Run, name: str) -> Run:
    return replace(
        run,
        name=f"{run.name} {name}",
        pool_name=run.pool_name and name,
        queue_name=run.queue_name and name,
        worker_name=run.worker_name and f"{run.worker_name} {name}",
        infrastructure_id=run.infrastructure_id and f"{name}:{name}",
    )


def _deployment(deployment: Deployment, name: str) -> Deployment:
    return replace(
        deployment,
        name=name,
        flow_name="patrol" if deployment.flow_name == "patrol" else name,
        pool_name=deployment.pool_name and name,
        queue_name=deployment.queue_name and name,
    )


def _limit(limit: Limit, name: str) -> Limit:
    return replace(limit, name=_limit_name(limit.name, name))


def _limit_name(old: str, name: str) -> str:
    return f"tag:{name}" if old.startswith("tag:") else old
