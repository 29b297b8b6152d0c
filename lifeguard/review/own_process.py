"""The settings of the process that Lifeguard runs in; those of workers cannot be asked for, and are often the same."""

from lifeguard.durations import short
from lifeguard.findings import Finding
from lifeguard.review.desk import HERE, IN_WORKERS, Desk, put, risky_here
from lifeguard.review.known import DEFAULTS
from lifeguard.settings import shown, variable

FEWEST_RETRIES = 3


def server_errors_not_retried(desk: Desk) -> list[Finding]:
    """Prefect retries 408, 429, 502 and 503 by itself (3.8.8 and 3.9.1); an exhausted connection pool answers 500."""
    path = "client.retry_extra_codes"
    codes = [str(code) for code in desk.own.settings.values.get(path) or ()]
    if not desk.own.settings.tells(path) or "500" in codes or not desk.live_workers:
        return []
    title = (
        "In this process an HTTP 500 of the server is not tried again; in a worker that is set the same way, one such answer "
        "while it submits a run ends the worker"
    )
    wanted = ",".join([*codes, "500"])
    steps = (put(IN_WORKERS, path, wanted),)
    return [risky_here(path, ",".join(codes) or "none", title, steps, workers_online=len(desk.live_workers))]


def few_retries(desk: Desk) -> list[Finding]:
    """A restart of the server takes longer than two short tries."""
    path = "client.max_retries"
    tries = desk.own.settings.number(path)
    if tries is None or tries >= FEWEST_RETRIES:
        return []
    title = f"In this process a call that the server refuses for a moment is tried again {tries:g} times only"
    return [risky_here(path, tries, title, (put(HERE, path, 5),))]


def slow_polls(desk: Desk) -> list[Finding]:
    """A worker that asks less often than the server waits makes its queues flap."""
    path = "worker.query_seconds"
    timeout = desk.told.number("server.services.foreman.work_queue_last_polled_timeout_seconds")
    every = desk.own.settings.number(path)
    if every is None or timeout is None or every < timeout:
        return []
    title = (
        f"A worker that is set like this process asks for work every {short(every)}, and the server counts a queue as "
        f"NOT_READY {short(timeout)} after it was polled"
    )
    return [risky_here(path, every, title, (put(HERE, path, 10),), work_queue_timeout_seconds=timeout)]


def outdated_names(desk: Desk) -> list[Finding]:
    """They work, and a reader of today's documentation does not find them."""
    return [_outdated(old, current) for old, current in sorted(desk.own.outdated.items())]


def _outdated(old: str, current: str) -> Finding:
    title = f"This process is set by {old}, the old name of {current}"
    return risky_here(old, "(set)", title, (f"{HERE}: {current}, with the same value, instead",), current_name=current)


def set_in_the_wrong_place(desk: Desk) -> list[Finding]:
    """A setting of the server in the environment of a client changes nothing where the server runs elsewhere."""
    own, told = desk.own, desk.told
    wrong = [
        path
        for path in own.set_here
        if path in DEFAULTS
        and path.startswith("server.")
        and told.tells(path)
        and own.settings.values.get(path) != told.values[path]
    ]
    return [_misplaced(desk, path) for path in sorted(wrong)]


def _misplaced(desk: Desk, path: str) -> Finding:
    here, there = _words(desk.own.settings.values.get(path)), _words(desk.told.values[path])
    title = (
        f"{variable(path)} is {here} in this process, but the server works with {there}: it is read by the server only"
    )
    step = f"If that is what is wanted, for every process of the server: {variable(path)}={here}"
    return risky_here(path, here, title, (step,), value_of_the_server=there)


def _words(value: object) -> str:
    """A number as people write it."""
    return f"{value:g}" if isinstance(value, float) else str(shown(value))
