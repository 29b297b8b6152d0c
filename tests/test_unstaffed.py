"""Pools on which nobody works before their next run: those that scale to zero, and those to which nobody will come."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lifeguard.spans import Span
from lifeguard.unstaffed import Arrival, Outlook, Past, Period, Sight, Unstaffed, past_of, unstaffed
from tests.builders import NOW, ahead

MINUTE = timedelta(minutes=1)
TARGET = 10 * MINUTE
NEXT = ahead(41 * 60)

See = Callable[[datetime], Sight]


def before(minutes: float) -> datetime:
    return NOW - minutes * MINUTE


def past(see: See, days: float = 7, unwatched: Span | None = None) -> Past | None:
    """Each two minutes of so many days, as patrols would have seen them, up to now."""
    patrols = int(days * 720)
    times = [NOW - 2 * number * MINUTE for number in range(patrols, -1, -1)]
    looked_at = [at for at in times if not (unwatched and unwatched.start <= at < unwatched.end)]
    spans = [Span(at, at + 2 * MINUTE) for at in looked_at[:-1]]
    return past_of([Period(span, see(span.start)) for span in spans], looked_at, NOW)


def told(see: See, days: float = 7, unwatched: Span | None = None) -> Unstaffed:
    return unstaffed("etl", NEXT, past(see, days, unwatched), NOW, TARGET)


def with_runs_each_night(minutes_until_a_worker_comes: float) -> See:
    """Runs are due at 02:00; a worker comes so much later, and works until 03:00."""

    def see(at: datetime) -> Sight:
        two = at.replace(hour=2, minute=0)
        if two + minutes_until_a_worker_comes * MINUTE <= at < two + 60 * MINUTE:
            return Sight(at, 1, 0, None, True)
        if two < at < two + 60 * MINUTE:
            return Sight(at, 0, 3, two, True)
        return Sight(at, 0, 0, None, two - 15 * MINUTE <= at <= two)

    return see


def staffed_but(*absences: tuple[float, float]) -> See:
    """Somebody works there, and runs come all the time, but nobody from so many minutes ago to so many."""

    def see(at: datetime) -> Sight:
        is_empty = any(before(first) <= at < before(last) for first, last in absences)
        return Sight(at, 0 if is_empty else 2, 0, None, True)

    return see


def test_a_pool_that_scales_to_zero_and_back_in_time_needs_nobody() -> None:
    pool = told(with_runs_each_night(4))
    assert (pool.outlook, pool.is_fine, pool.arrivals) == (Outlook.IN_TIME, True, 7)
    assert (pool.typical, pool.longest) == (4 * MINUTE, 4 * MINUTE)


def test_a_pool_whose_workers_came_too_late_is_told_with_how_late() -> None:
    pool = told(with_runs_each_night(12))
    assert (pool.outlook, pool.is_fine, pool.longest) == (Outlook.SLOW, False, 12 * MINUTE)


def test_a_worker_that_is_there_before_the_run_came_in_time() -> None:
    pool = told(with_runs_each_night(-5))
    assert pool.is_fine and pool.longest == 2 * MINUTE


def test_a_pool_to_which_nobody_ever_came_is_told() -> None:
    assert told(lambda at: Sight(at, 0, 0, None, False)).outlook is Outlook.NOBODY


def test_a_pool_that_was_never_without_workers_until_now_is_told_with_since_when() -> None:
    pool = told(staffed_but((180, -1)))
    assert (pool.outlook, pool.empty_since, pool.arrivals) == (Outlook.NOBODY, before(180), 0)


def test_deploys_tell_nothing_of_a_worker_that_is_gone_for_hours() -> None:
    pool = told(staffed_but((4000, 3996), (2000, 1998), (180, -1)))
    assert (pool.outlook, pool.longest_absence) == (Outlook.LONGER, 4 * MINUTE)


def test_a_deploy_like_those_before_needs_nobody() -> None:
    pool = told(staffed_but((4000, 3996), (2, -1)))
    assert pool.is_fine and not pool.lasts(NOW)


def test_runs_that_waited_before_the_workers_left_may_wait_for_something_else() -> None:
    def with_a_paused_queue(at: datetime) -> Sight:
        return Sight(at, 0 if before(2000) <= at < before(1900) or at >= before(60) else 1, 5, before(9000), True)

    pool = told(with_a_paused_queue)
    assert pool.is_fine and pool.longest == 2 * MINUTE


def test_a_worker_that_came_while_nobody_looked_tells_nothing_but_that_one_came() -> None:
    pool = told(staffed_but((2000, 1900), (60, -1)), unwatched=Span(before(1910), before(1890)))
    assert (pool.outlook, pool.arrivals) == (Outlook.UNKNOWN, 0)


def test_where_nobody_saw_when_they_left_it_is_not_told_for_how_long_they_are_gone() -> None:
    left_unseen = Span(before(70), before(50))
    assert told(staffed_but((2000, 1900), (60, -1)), unwatched=left_unseen).empty_since is None


def test_a_weekend_that_began_before_all_that_is_known_may_have_been_as_long() -> None:
    """Workers left on a Friday evening and came on Monday; seven days later, on a Sunday, they are gone again."""
    pool = told(staffed_but((7 * 1440, 6 * 1440 + 7 * 60), (40 * 60, -1)))
    assert (pool.outlook, pool.longest) == (Outlook.IN_TIME, 2 * MINUTE)


def test_workers_that_could_not_be_seen_are_no_absence() -> None:
    def unseen(at: datetime) -> Sight:
        return Sight(at, None if before(500) <= at < before(400) else 1, 0, None, True)

    seen = past(unseen)
    assert seen and seen.arrivals == ()


def test_a_day_has_to_be_known_before_anything_is_said_of_it() -> None:
    assert told(with_runs_each_night(12), days=0.9).outlook is Outlook.UNKNOWN
    assert unstaffed("etl", NEXT, None, NOW, TARGET) == Unstaffed("etl", NEXT)


def test_one_arrival_counts_from_when_work_was_due() -> None:
    day = Past(before(3 * 1440), before(60), (Arrival(90 * MINUTE, 11 * MINUTE, for_work=True),), somebody_came=True)
    assert unstaffed("etl", NEXT, day, NOW, TARGET).outlook is Outlook.SLOW
    assert unstaffed("etl", NEXT, day, NOW, 11 * MINUTE).outlook is Outlook.IN_TIME
