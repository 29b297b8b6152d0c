"""cancelling-stuck: runs stay CANCELLING, and keep the slots of their deployments, long after the server should end them.

The server makes them Cancelled after `cancelling_timeout_seconds` (300, Prefect 3.8.8 and 3.9.1), whether or not anybody
stopped their processes (PrefectHQ/prefect#21616, #21863).
"""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import RESTART, of_server, patience_seconds
from lifeguard.diagnose.words import at, ids, is_older, runs
from lifeguard.facts import OWN_TAG, Run
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import SERVER_SETTINGS

LOOPS = 3


def cancelling_stuck(scene: Scene) -> list[Finding]:
    """Find runs that the server's cleanup should have ended; where that is switched off, that is the sentence."""
    stuck = stuck_cancelling(scene)
    return [_finding(scene, stuck)] if stuck else []


def stuck_cancelling(scene: Scene) -> tuple[Run, ...]:
    """Those runs, longest first; none where the server does not tell its timeout."""
    services = scene.snapshot.server.settings.services
    if services.cancelling_timeout_seconds is None or not scene.sees(SERVER_SETTINGS):
        return ()
    patience = services.cancelling_timeout_seconds + patience_seconds(scene, services.cancellation_loop_seconds, LOOPS)
    own = (run for run in scene.snapshot.cancelling if OWN_TAG not in run.tags)
    stuck = (run for run in own if is_older(scene, run.state_since, patience))
    return tuple(sorted(stuck, key=lambda run: (run.state_since or scene.now, run.id)))


def _finding(scene: Scene, stuck: Sequence[Run]) -> Finding:
    first, services = stuck[0], scene.snapshot.server.settings.services
    why = "its cleanup has stopped" if services.cancellation_enabled else "its cleanup is switched off"
    verb = "is" if len(stuck) == 1 else "are"
    return Finding(
        code="cancelling-stuck",
        severity=Severity.WARNING,
        resource=of_server(scene),
        title=f"{runs(len(stuck))} {verb} still CANCELLING though the server should have ended that ({why}): '{first.name}' "
        f"since {at(first.state_since)}",
        evidence={
            "stuck_runs": len(stuck),
            "stuck_run": first.name,
            "stuck_run_id": first.id,
            "since": first.state_since,
            "cancelling_timeout_seconds": services.cancelling_timeout_seconds,
            "cleanup_is_enabled": services.cancellation_enabled,
        },
        remedy=(
            *(RESTART if services.cancellation_enabled else (_SWITCH_ON,)),
            "See whether its process is gone, and stop it where it is not; its log is here: "
            f"prefect flow-run logs {first.id}",
            'Then end it by force: POST {"state": {"type": "CANCELLED"}, "force": true} to '
            f"{scene.snapshot.server.api_url}/flow_runs/{first.id}/set_state",
        ),
        run_ids=ids(stuck),
        is_confirmed=False,
    )


_SWITCH_ON = "Set PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED=true for the server and restart it"
