"""Every signature is found in lines that Prefect, PostgreSQL, asyncpg, httpx and kopf really wrote, and leads to its cause."""

from pathlib import Path

import pytest

from lifeguard.findings import CATALOGUE
from lifeguard.signatures.document import page
from lifeguard.signatures.known import BY_KEY, RUN, SIGNATURES, recognized
from lifeguard.signatures.remedies import remedy_of
from lifeguard.signatures.scan import signs_in
from tests.signatures.recorded import every_recording, recorded

ROOT = Path(__file__).parents[2]
CODES = {
    "asyncpg-locks": {"db-contention"},
    "client-pool-timeout": {"client-pool-timeout"},
    "kopf-replicate-pod-event": {"k8s-event-storm"},
    "kubernetes-crash-looping": {"k8s-oom-evicted-crashloop"},
    "kubernetes-image-pull": {"k8s-image-pull-backoff"},
    "kubernetes-job-forbidden": {"k8s-rbac-or-quota"},
    "kubernetes-oom-killed": {"k8s-oom-evicted-crashloop"},
    "kubernetes-unschedulable": {"k8s-unschedulable"},
    "postgres-locks": {"db-contention"},
    "postgres-slots-reserved": {"db-connections-exhausted"},
    "postgres-too-many-clients": {"db-connections-exhausted"},
    "server-exception-in-request": {"worker-crash-http-500"},
    "server-queue-pool": {"db-connections-exhausted"},
    "server-slots-reserved": {"db-connections-exhausted"},
    "server-sqlite-locked-388": {"sqlite-database-locked"},
    "server-sqlite-locked-391": {"sqlite-database-locked"},
    "server-too-many-connections": {"db-connections-exhausted"},
    "worker-401-388": {"worker-auth-or-4xx"},
    "worker-401-391": {"worker-auth-or-4xx"},
    "worker-429-388": {"worker-rate-limited"},
    "worker-429-391": {"worker-rate-limited"},
    "worker-500-388": {"worker-crash-http-500"},
    "worker-500-391": {"worker-crash-http-500"},
    "worker-file-500-388": {"worker-crash-http-500"},
    "worker-poll-500-391": {"worker-crash-http-500"},
}
SEED = {
    "500 Internal Server Error": "worker-500-391",
    "prefect.exceptions.PrefectHTTPStatusError": "worker-500-391",
    "unhandled errors in a TaskGroup": "worker-poll-500-391",
    "httpx.PoolTimeout": "client-pool-timeout",
    "httpcore.PoolTimeout": "client-pool-timeout",
    "Handler '_replicate_pod_event' failed with an exception": "kopf-replicate-pod-event",
    "remaining connection slots are reserved for non-replication superuser connections": "server-slots-reserved",
    "asyncpg.exceptions.TooManyConnectionsError": "server-too-many-connections",
}
"""The eight error signatures that people quote, and a recording that has each."""

OF_RUNS = {
    "submission-aborted-scheduled": "Aborted submission of flow run 'i': Server returned a non-pending state 'SCHEDULED'",
    "submission-aborted-cancelled": "Aborted submission of flow run 'i': Server returned a non-pending state 'CANCELLED'",
    "submit-failed": "Failed to submit flow run 'brave-owl' to infrastructure.",
    "lease-renewal-failed": "Concurrency lease renewal failed - slots are no longer reserved. Terminating execution to "
    "prevent over-allocation.",
    "pod-evicted": "Pod was evicted: The pod was evicted from its node. The node was low on resource: memory.",
    "container-logs": "Container logs from container 'prefect-job' in pod 'brave-owl-x7k2p-abcde':",
    "worker-limit-reached": "Flow run limit reached; 3 flow runs in progress.",
    "worker-has-not-polled": "Worker has not polled in the last 300 seconds and should be restarted",
}
"""Texts of `prefect.workers.base`, `prefect.workers.server` and `prefect._internal.concurrency` (3.9.1), and of
`prefect_kubernetes.diagnostics` and `prefect_kubernetes.observer` (0.8.0)."""

UNRECORDED = {"http-4xx", "http-503"}
"""The same text as those of 401 and 500, but for the number."""


def test_every_recording_is_judged_here() -> None:
    assert every_recording() == sorted(CODES)


@pytest.mark.parametrize("name", sorted(CODES))
def test_a_recording_leads_to_its_cause_and_to_no_other(name: str) -> None:
    assert {sign.code for sign in signs_in(recorded(name), name)} == CODES[name]


@pytest.mark.parametrize("text", sorted(SEED))
def test_each_of_the_eight_quoted_signatures_is_known(text: str) -> None:
    lines = [line for line in recorded(SEED[text]) if text in line]
    assert lines
    assert all(recognized(line) for line in lines)


@pytest.mark.parametrize(("key", "line"), sorted(OF_RUNS.items()))
def test_what_is_logged_of_a_run_is_known(key: str, line: str) -> None:
    known = recognized(line)
    assert known and known.key == key


def test_every_signature_was_seen_in_the_wild() -> None:
    seen = {sign.signature for name in every_recording() for sign in signs_in(recorded(name), name)}
    assert set(BY_KEY) - seen - set(OF_RUNS) == UNRECORDED


def test_every_signature_leads_to_a_code_of_the_catalogue_with_a_remedy() -> None:
    assert [each.key for each in SIGNATURES if each.code not in CATALOGUE or not remedy_of(each.code)] == []


def test_keys_are_unique() -> None:
    assert len(BY_KEY) == len(SIGNATURES)


@pytest.mark.parametrize(
    "line",
    [
        '16:32:05.246 | INFO    | httpx - HTTP Request: POST http://127.0.0.1/api/logs/ "HTTP/1.1 204 No Content"',
        "16:32:05.246 | INFO    | prefect.flow_runs.worker - Worker 'ann' submitting flow run '401'",
        '16:32:05.246 | INFO    | httpx - HTTP Request: GET http://127.0.0.1/api/deployments/500 "HTTP/1.1 200 OK"',
        "16:32:05.246 | INFO    | Flow run 'too-many' - 429 rows written, 500 to go",
        "2026-11-22 16:42:38.699 UTC [31885] LOG:  checkpoint complete: wrote 500 buffers",
        "the database is fine",
        "httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://shop.example.com/api/orders'",
        '16:32:05.246 | INFO    | httpx - HTTP Request: GET https://shop.example.com/api/orders "HTTP/1.1 429 Too Many"',
    ],
)
def test_lines_that_look_alike_mean_nothing(line: str) -> None:
    assert recognized(line) is None


@pytest.mark.parametrize("line", ["asyncpg.exceptions.DeadlockDetectedError: deadlock detected", "database is locked"])
def test_what_a_flow_logs_of_a_database_of_its_own_says_nothing_of_prefects(line: str) -> None:
    assert recognized(line, RUN) is None and recognized(line)


def test_no_recording_has_a_path_of_a_machine() -> None:
    text = "\n".join(line for name in every_recording() for line in recorded(name))
    assert not any(part in text for part in ("/work/", "/tmp/", "/root", "/home/"))


def test_the_page_of_the_signatures_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "signatures.md").read_text() == page()
