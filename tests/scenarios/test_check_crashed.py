"""check-crashed: a check that raises becomes a finding, and the others still speak."""

from lifeguard.diagnose.checks import CHECKS
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding
from tests.estate import Estate, Said, look_at


def a_broken_check(scene: Scene) -> list[Finding]:
    raise LookupError(f"{len(scene.snapshot.pools)} pools were too many")


def test_a_check_that_raises_is_a_warning_and_the_others_still_speak(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    report = look_at(estate.api_url, checks=(a_broken_check, *CHECKS))
    assert report.said == {
        Said("check-crashed", "warning", "lifeguard", "a-broken-check"),
        Said("pool-no-workers", "critical", "work-pool", "mill", 1),
    }
    assert report.the("check-crashed").evidence["error"] == "LookupError"


def test_checks_that_survive_are_not_mentioned(estate: Estate) -> None:
    estate.staffed_pool("mill")
    assert estate.said() == set()
