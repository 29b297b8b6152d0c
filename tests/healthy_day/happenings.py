"""What happens in a healthy day, by the minute: deploys, pauses, scale to zero, bursts and restarts. Nothing is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.healthy_day.site import Row, Site, pool_path

HOUR = 60
QUIET = "never used"


@dataclass
class Day:
    """The estate of the day, and the ids of its deployments."""

    site: Site
    midnight: datetime
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def happenings(self) -> Mapping[int, Callable[[], None]]:
        """What is done at which minute of the day."""
        return {
            HOUR: self._roll_out_new_workers,
            2 * HOUR + 7: self._stop_the_only_worker,
            2 * HOUR + 8: self._start_it_again,
            3 * HOUR + 1: self._pause_the_reports,
            3 * HOUR + 31: self._resume_the_reports,
            4 * HOUR: self._scale_models_up,
            4 * HOUR + 25: self._scale_models_to_zero,
            6 * HOUR + 1: self._burst,
            9 * HOUR + 1: self._pause_a_queue,
            9 * HOUR + 11: self._resume_the_queue,
            11 * HOUR + 1: self._ask_for_more_than_the_limit,
            12 * HOUR + 59: self._scale_models_up,
            13 * HOUR + 30: self._scale_models_to_zero,
            15 * HOUR: self._make_a_new_pool,
            15 * HOUR + 2: self._staff_the_new_pool,
            16 * HOUR: self._scale_out,
            17 * HOUR: self._scale_in,
            18 * HOUR + 1: self._cancel_a_run,
            18 * HOUR + 2: self._see_it_cancelled,
            19 * HOUR: self._pause_a_deployment,
            20 * HOUR: self._resume_the_deployment,
            21 * HOUR + 10: self._delete_the_new_pool,
            22 * HOUR: self._roll_back_workers,
        }

    def begin(self) -> None:
        """The estate of the morning before."""
        site = self.site
        site.pool("etl", concurrency_limit=8)
        for pool in ("reports", "models", "burst", QUIET):
            site.pool(pool)
        site.staff("etl", "etl-1", "etl-2")
        site.staff("reports", "reports-1", minutes=4)
        site.staff("burst", "burst-1", "burst-2", "burst-3", minutes=3, at_most=4)
        self.ids["load"] = site.deployment("load", "etl", self._every(10))
        self.ids["single"] = site.deployment("single", "etl", self._every(30), concurrency_limit=1)
        self.ids["report"] = site.deployment("report", "reports", self._every(20))
        self.ids["burst"] = site.deployment("burst", "burst")
        self.ids["train"] = site.deployment("train", "models")
        self.ids["served"] = site.deployment("served", None, self._every(60))
        site.serve(self.ids["served"], minutes=5)

    def _roll_out_new_workers(self) -> None:
        """A deploy: new workers first, then the old ones go, and the deployments are updated."""
        self.site.staff("etl", "etl-3", "etl-4")
        self.site.stop("etl-1", "etl-2")
        self.site.deployment("load", "etl", self._every(10), version="2")

    def _roll_back_workers(self) -> None:
        self.site.staff("etl", "etl-5", "etl-6")
        self.site.stop("etl-3", "etl-4")
        self.site.deployment("load", "etl", self._every(10), version="1")

    def _stop_the_only_worker(self) -> None:
        """A host that restarts, between two runs."""
        self.site.stop("reports-1")

    def _start_it_again(self) -> None:
        self.site.staff("reports", "reports-1", minutes=4)

    def _pause_the_reports(self) -> None:
        self._change("reports", is_paused=True)

    def _resume_the_reports(self) -> None:
        self._change("reports", is_paused=False)

    def _scale_models_up(self) -> None:
        """A worker comes up for what has just been asked for."""
        self.site.runs(self.ids["train"], 2)
        self.site.staff("models", "models-1", minutes=15)

    def _scale_models_to_zero(self) -> None:
        self.site.stop("models-1")

    def _burst(self) -> None:
        """Twice as many runs at once as there is room for; the last of them begin after three minutes."""
        self.site.runs(self.ids["burst"], 24)

    def _pause_a_queue(self) -> None:
        self.site.wire.call("PATCH", f"{pool_path('reports')}/queues/default", {"is_paused": True})

    def _resume_the_queue(self) -> None:
        self.site.wire.call("PATCH", f"{pool_path('reports')}/queues/default", {"is_paused": False})

    def _ask_for_more_than_the_limit(self) -> None:
        """Three of them wait for the only slot of their deployment."""
        self.site.runs(self.ids["single"], 4)

    def _make_a_new_pool(self) -> None:
        self.site.pool("new")
        self.ids["new"] = self.site.deployment("new", "new", self._every(30))

    def _staff_the_new_pool(self) -> None:
        self.site.staff("new", "new-1")

    def _scale_out(self) -> None:
        self.site.staff("burst", "burst-4", "burst-5", "burst-6", minutes=3, at_most=4)
        self.site.runs(self.ids["burst"], 20)

    def _scale_in(self) -> None:
        self.site.stop("burst-4", "burst-5", "burst-6")

    def _cancel_a_run(self) -> None:
        self.ids["cancelled"] = self._begun_by_hand()

    def _begun_by_hand(self) -> str:
        """A run that a person started and now takes back."""
        [run] = self.site.runs(self.ids["burst"], 1)
        for type in ("PENDING", "RUNNING", "CANCELLING"):
            self.site.wire.post(f"flow_runs/{run}/set_state", {"state": {"type": type}})
        return run

    def _see_it_cancelled(self) -> None:
        self.site.wire.post(f"flow_runs/{self.ids['cancelled']}/set_state", {"state": {"type": "CANCELLED"}})

    def _pause_a_deployment(self) -> None:
        self.site.wire.post(f"deployments/{self.ids['report']}/pause_deployment")

    def _resume_the_deployment(self) -> None:
        self.site.wire.post(f"deployments/{self.ids['report']}/resume_deployment")

    def _delete_the_new_pool(self) -> None:
        """What is no longer wanted goes in its order: the deployment, the worker, the pool."""
        self.site.wire.call("DELETE", f"deployments/{self.ids['new']}")
        self.site.stop("new-1")
        self.site.wire.call("DELETE", pool_path("new"))

    def _every(self, minutes: int) -> Row:
        """A schedule at whole multiples of so many minutes of the day."""
        return {"interval": minutes * 60, "anchor_date": self.midnight.isoformat(), "timezone": "UTC"}

    def _change(self, pool: str, **columns: Any) -> None:
        self.site.wire.call("PATCH", pool_path(pool), columns)
