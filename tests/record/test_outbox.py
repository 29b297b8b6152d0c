"""The outbox: every change is handed out until it was told, in its order, and to nobody else's server."""

from datetime import datetime

import anyio

from lifeguard.incidents import Change
from lifeguard.pages import Outbox, Round
from lifeguard.record.database import Database
from lifeguard.record.outbox import NEWS_FOR_SECONDS, hold_round, mark_told
from lifeguard.record.remember import remember
from tests.builders import API_URL, ahead, finding, judgement, policy

Told = list[tuple[str, str]]


def nothing_to_do(_: Outbox) -> Round:
    return Round()


def handed_out(database: Database, now: datetime, server: str = API_URL) -> list[Change]:
    return list(anyio.run(hold_round, database, server, "the round", now, nothing_to_do).untold)


def words(changes: list[Change]) -> Told:
    return [(change.kind.value, change.incident.finding.resource.name) for change in changes]


def patrol(database: Database, *pools: str, at: float = 0) -> None:
    found = [finding(pool=name) for name in pools]
    anyio.run(remember, database, judgement(findings=found, at=at), f"patrol-{at}")


def test_what_was_opened_is_to_be_told_until_it_was(database: Database) -> None:
    patrol(database, "etl")
    first, second = handed_out(database, ahead(1)), handed_out(database, ahead(2))
    anyio.run(mark_told, database, second, (), ahead(2))
    assert (words(first), words(second), words(handed_out(database, ahead(3)))) == (
        [("opened", "etl")],
        [("opened", "etl")],
        [],
    )


def test_changes_are_told_in_their_order(database: Database) -> None:
    patrol(database, "etl")
    patrol(database, "ml", at=60)
    patrol(database, "ml", at=360)
    assert words(handed_out(database, ahead(361))) == [("opened", "etl"), ("opened", "ml"), ("resolved", "etl")]


def test_a_change_is_told_with_the_proof_of_its_own_moment(database: Database) -> None:
    anyio.run(remember, database, judgement(findings=[finding(runs=1)]), "1")
    anyio.run(remember, database, judgement(findings=[finding(runs=5)], at=60), "2")
    (change,) = handed_out(database, ahead(61))
    assert change.incident.finding.evidence["overdue_runs"] == 1


def test_what_is_over_for_more_than_a_day_is_no_news(database: Database) -> None:
    patrol(database, "etl", "ml")
    patrol(database, "ml", at=60)
    patrol(database, "ml", at=360)
    later = ahead(361 + NEWS_FOR_SECONDS)
    assert words(handed_out(database, later)) == [("opened", "ml")]


def test_another_server_tells_its_own(database: Database) -> None:
    patrol(database, "etl")
    own = policy(server_name="other")
    anyio.run(remember, database, judgement(findings=[finding(pool="ml")], own=own), "other")
    assert words(handed_out(database, ahead(1), "other")) == [("opened", "ml")]


def test_a_suspicion_is_not_told(database: Database) -> None:
    anyio.run(remember, database, judgement(findings=[finding(severity="warning")]), "1")
    assert handed_out(database, ahead(1)) == []
