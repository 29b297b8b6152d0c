"""What to do about the causes that only logs and answers show. Commands end their line after a colon, as in every remedy."""

from collections.abc import Mapping

from lifeguard.escaping import command

LOOK_AGAIN = "Then look again: lifeguard check"
ANY_POOL = "--pool NAME-OF-THE-POOL"

REMEDIES: Mapping[str, tuple[str, ...]] = {
    "db-connections-exhausted": (
        "See who holds them, in PostgreSQL: SELECT usename, client_addr, count(*) FROM pg_stat_activity GROUP BY 1, 2",
        "Each process of the Prefect server takes up to pool size + overflow (5 + 10): see that all of them, and all "
        "other clients, stay below max_connections of PostgreSQL, and raise that or lower "
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE and PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW",
        "Where the server's log speaks of `QueuePool limit`, it is these two that are too low",
        LOOK_AGAIN,
    ),
    "sqlite-database-locked": (
        "Once or twice is harmless. See that nothing else has the file open, such as a backup or a sqlite3 shell",
        "For more than a few runs at once give the server PostgreSQL: PREFECT_SERVER_DATABASE_CONNECTION_URL",
        LOOK_AGAIN,
    ),
    "db-contention": (
        "See who waits for whom, in PostgreSQL: "
        "SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
        "Keep fewer old events, in the server's environment: PREFECT_SERVER_EVENTS_RETENTION_PERIOD (7 days as it comes)",
        "Newer servers lock less: upgrade the Prefect server",
        LOOK_AGAIN,
    ),
    "worker-auth-or-4xx": (
        "Give the worker the same credentials as the server (PREFECT_SERVER_API_AUTH_STRING), where it runs: "
        "prefect config set PREFECT_API_AUTH_STRING=USER:PASSWORD",
        "For Prefect Cloud it is the key: prefect cloud login",
        "See what it really uses, where it runs: prefect config view",
        "It has ended, so start it again: prefect worker start --pool NAME-OF-THE-POOL",
    ),
    "worker-rate-limited": (
        "Ask less often, where the worker runs: prefect config set PREFECT_WORKER_QUERY_SECONDS=30",
        "Have requests repeated more often before it gives up: prefect config set PREFECT_CLIENT_MAX_RETRIES=10",
        "Run fewer workers for one pool, and look at the limit of a proxy in front of the server",
    ),
    "worker-crash-http-500": (
        "Start it again, under something that always does (systemd, Docker, Kubernetes): "
        "prefect worker start --pool NAME-OF-THE-POOL --with-healthcheck",
        "Have 500 repeated as well, where the worker runs, at the risk that something is done twice: "
        "prefect config set PREFECT_CLIENT_RETRY_EXTRA_CODES=500",
        "Why the server answered so is in its own log: lifeguard signatures SERVER.LOG",
    ),
    "client-pool-timeout": (
        "Give each worker fewer runs, and more workers the rest: prefect worker start --pool NAME-OF-THE-POOL --limit 20",
        "See that the server answers quickly: calls that wait for it hold the connections",
    ),
    "k8s-unschedulable": (
        "See what Kubernetes says now: kubectl describe pod --namespace NAMESPACE --selector prefect.io/flow-run-id=RUN",
        "Have the job ask for less, or add nodes: an autoscaler takes 1 to 5 min. Then look again: lifeguard check",
    ),
    "k8s-image-pull-backoff": (
        "See what the registry answered: kubectl describe pod --namespace NAMESPACE --selector prefect.io/flow-run-id=RUN",
        "Correct the image of the deployment or its pull secret, and deploy again: prefect deploy",
    ),
    "k8s-oom-evicted-crashloop": (
        "See how it ended: kubectl describe pod --namespace NAMESPACE --selector prefect.io/flow-run-id=RUN",
        "OOMKilled: raise the memory limit of the job. Evicted: raise what it requests. Otherwise read what it wrote: "
        "prefect flow-run logs RUN",
    ),
    "k8s-rbac-or-quota": (
        "Where the line names a quota, see what is used: kubectl describe resourcequota --namespace NAMESPACE",
        "Otherwise see whether the worker may make Jobs: "
        "kubectl auth can-i create jobs.batch --namespace NAMESPACE --as system:serviceaccount:NAMESPACE:ACCOUNT",
        "Once it is mended: prefect flow-run retry RUN",
    ),
    "k8s-event-storm": (
        "On all workers of the cluster but one, switch it off in their environment: "
        "PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_REPLICATE_POD_EVENTS=false",
        "Observe only where runs are, in their environment: PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_NAMESPACES",
    ),
}


def remedy_of(code: str, pool: str | None = None) -> tuple[str, ...]:
    """What to do, in this work pool; the other causes are proven by a look at the API, with remedies that name what it saw."""
    steps = REMEDIES.get(code, ("See whether it holds now, and what to do: lifeguard check",))
    return steps if pool is None else tuple(step.replace(ANY_POOL, command("", pool=pool).strip()) for step in steps)
