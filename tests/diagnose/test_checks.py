"""The runner: what explains what, in which order findings come, and what becomes of a check that crashes."""

from lifeguard.diagnose.checks import CHECKS, diagnose, settled
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding, Resource, Severity
from tests.builders import judged, pool, run, running, scene, severities, snapshot, worker


def finding(code: str, *runs: str, severity: Severity = Severity.CRITICAL, caused_by: str | None = None) -> Finding:
    return Finding(code, severity, Resource("work-pool", "1", "etl"), "…", run_ids=runs, caused_by=caused_by)


def causes(findings: list[Finding]) -> dict[str, str | None]:
    return {each.code: each.caused_by for each in findings}


def broken_check(scene: Scene) -> list[Finding]:
    raise LookupError("a bug of ours")


def test_the_first_cause_in_the_catalogue_explains_a_run() -> None:
    found = settled([finding("pool-limit-saturated", "a"), finding("pool-paused", "a")])
    assert causes(found) == {"pool-paused": None, "pool-limit-saturated": "pool-paused:work-pool:1"}


def test_what_is_explained_becomes_information() -> None:
    found = settled([finding("pool-limit-saturated", "a"), finding("pool-paused", "a")])
    assert severities(found) == {"pool-paused": "critical", "pool-limit-saturated": "info"}


def test_one_run_that_nothing_else_explains_keeps_a_finding_on_its_own() -> None:
    found = settled([finding("pool-limit-saturated", "a", "b"), finding("pool-paused", "a")])
    assert causes(found) == {"pool-paused": None, "pool-limit-saturated": None}


def test_a_finding_without_runs_is_explained_by_nothing() -> None:
    found = settled([finding("pool-no-workers"), finding("pool-paused", "a")])
    assert causes(found) == {"pool-paused": None, "pool-no-workers": None}


def test_a_chain_of_causes_leads_to_its_root() -> None:
    found = settled([finding(code, "a") for code in ("tag-limit-waiting", "pool-limit-saturated", "pool-paused")])
    assert set(causes(found).values()) == {None, "pool-paused:work-pool:1"}


def test_a_cause_that_a_check_names_itself_stays() -> None:
    found = settled([finding("cancel-new-collision", "a", caused_by="x:server:1"), finding("tag-limit-waiting", "a")])
    assert causes(found) == {"cancel-new-collision": "x:server:1", "tag-limit-waiting": "x:server:1"}


def test_the_order_in_which_findings_come_does_not_matter() -> None:
    some = [finding("pool-paused", "a"), finding("pool-no-workers", "a", "b"), finding("queue-paused", "b")]
    assert settled(some) == settled(reversed(some))


def test_the_most_harmful_finding_comes_first_and_causes_before_effects() -> None:
    seen = snapshot(
        pools=[pool("etl", is_paused=True, limit=1, active_slots=1), pool("ml")],
        workers=[worker(pool="ml", silent=600)],
        waiting=[run("a", "etl", overdue=60), run("b", "ml", overdue=60)],
        active=[running(worker=None)],
    )
    assert [each.code for each in judged(seen)] == ["pool-no-workers", "pool-paused", "pool-limit-saturated"]


def test_a_check_that_crashes_is_a_finding_and_the_others_still_run() -> None:
    found = diagnose(scene(snapshot(pools=[pool(is_paused=True)])), checks=(broken_check, *CHECKS))
    assert severities(found) == {"check-crashed": "warning", "pool-paused": "info"}


def test_the_finding_of_a_crash_names_the_check_and_the_error() -> None:
    found = diagnose(scene(), checks=[broken_check])[0]
    assert (found.resource.name, found.evidence["error"], found.evidence["message"]) == (
        "broken-check",
        "LookupError",
        "a bug of ours",
    )


def test_a_healthy_estate_has_no_findings() -> None:
    assert judged(snapshot(waiting=[run(overdue=-600)], active=[running()])) == []
