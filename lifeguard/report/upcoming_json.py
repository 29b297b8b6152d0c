"""The JSON that `lifeguard upcoming --format json` prints. A change to a name is a change of version."""

from datetime import timedelta
from typing import Any

from lifeguard.filling import Filling
from lifeguard.report.history_json import printed
from lifeguard.report.unstaffed_phrases import nobody_works
from lifeguard.report.upcoming_phrases import verdict
from lifeguard.staffing import Falling
from lifeguard.unstaffed import Unstaffed
from lifeguard.upcoming import Hour, PoolPlan, Upcoming

SCHEMA = 1


def as_json(upcoming: Upcoming) -> str:
    """One object; `made` runs exist, `planned` ones follow from schedules, and `at_least` says that there may be more."""
    return printed(
        {
            "schema": SCHEMA,
            "server": upcoming.server,
            "now": upcoming.now,
            "until": upcoming.until,
            "read_until": upcoming.read_until,
            "runs_in_no_pool": upcoming.elsewhere,
            "staffing_unknown": upcoming.in_doubt,
            "pools": [_pool(plan, upcoming) for plan in upcoming.pools],
        }
    )


def _pool(plan: PoolPlan, upcoming: Upcoming) -> dict[str, Any]:
    ability, jam = plan.ability, plan.jam
    return {
        "name": plan.pool,
        "paused": ability.is_paused,
        "concurrency_limit": ability.limit,
        "run_holds_slot_minutes": ability.holds_minutes,
        "fastest_starts_per_minute": ability.fastest,
        "overdue": plan.overdue,
        "hours": [_hour(hour) for hour in plan.hours],
        "behind": {"from": jam.begins, "until": jam.ends} if jam else None,
        "verdict": verdict(plan, upcoming.now) or None,
        "full": [_filling(filling) for filling in plan.fillings],
        "workers_fall": _falling(plan.falling) if plan.falling else None,
        "nobody_works": _unstaffed(plan.unstaffed, upcoming) if plan.unstaffed else None,
    }


def _unstaffed(pool: Unstaffed, upcoming: Upcoming) -> dict[str, Any]:
    return {
        "since": pool.empty_since,
        "next_run_at": pool.next_at,
        "outlook": pool.outlook,
        "known_since": pool.known_since,
        "arrivals": pool.arrivals,
        "typical_wait_seconds": _seconds(pool.typical),
        "longest_wait_seconds": _seconds(pool.longest),
        "verdict": nobody_works(pool, upcoming.now),
    }


def _seconds(time: timedelta | None) -> float | None:
    return time.total_seconds() if time is not None else None


def _falling(falling: Falling) -> dict[str, Any]:
    return {
        "steps": [{"at": step.at, "workers": step.workers} for step in falling.steps],
        "usual_at_least": falling.usual,
        "days_known": falling.days,
        "none_left_at": falling.none_left_at,
    }


def _filling(filling: Filling) -> dict[str, Any]:
    gate = filling.gate
    return {
        "kind": gate.kind.replace(" ", "-"),
        "name": gate.name,
        "concurrency_limit": gate.limit,
        "active_slots": gate.active,
        "run_holds_slot_minutes": gate.holds_minutes,
        "from": filling.full_at,
        "until": filling.until,
        "waiting_at_most": filling.waiting,
        "longest_wait_seconds": filling.longest.total_seconds(),
        "cancelled": filling.cancelled,
    }


def _hour(hour: Hour) -> dict[str, Any]:
    return {"hour": hour.at, "made": hour.made, "planned": hour.planned, "at_least": hour.is_at_least}
