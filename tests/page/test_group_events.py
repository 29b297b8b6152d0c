"""Many incidents as one event: what it is called, whom it names, and when it is the same."""

from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.page.events import TEXT_CHARACTERS
from lifeguard.page.group_events import group_event, group_id
from lifeguard.pages import Page
from tests.builders import NOW, ago, finding


def opened(pool: str, runs: int = 1) -> Change:
    found = finding(pool=pool, runs=runs)
    return Change(ChangeKind.OPENED, NOW, Incident(found, ago(60), NOW, found.severity, runs, opened_at=NOW, id=1), 1)


def pages(*pools: str, attempts: int = 1, pager: str = "oncall") -> list[Page]:
    return [Page(opened(pool), pager, NOW, attempts=attempts) for pool in pools]


def test_it_says_how_many_what_and_where() -> None:
    payload = group_event([opened(name, 2) for name in "abcdef"], "an-id", ["oncall"])["payload"]
    told = {name: payload[name] for name in ("title", "where", "affected_runs", "incidents")}
    assert told == {
        "title": "pool-no-workers in 6 work pools: 'a', 'b', 'c', 'd', 'e' and 1 more",
        "where": "a, b, c, d, e, f",
        "affected_runs": 12,
        "incidents": 6,
    }


def test_it_names_as_many_as_fit_and_counts_the_others() -> None:
    names = [f"production-europe-west-{number:04}" for number in range(300)]
    where = str(group_event([opened(name) for name in names], "an-id", ["oncall"])["payload"]["where"])
    shown, _, left = where.partition(" and ")
    assert shown.split(", ") == names[: 300 - int(left.removesuffix(" more"))]
    assert TEXT_CHARACTERS - 100 < len(shown) <= TEXT_CHARACTERS


def test_names_are_shown_as_text() -> None:
    where = str(group_event([opened("{{ 7*7 }} | <b> \u202e")] * 4, "an-id", [])["payload"]["where"])
    assert "{{ 7*7 }} | <b>" in where and "\u202e" not in where


def test_the_same_attempt_has_the_same_id_and_the_next_another() -> None:
    first = group_id(pages("a", "b"), "server")
    assert first == group_id(pages("b", "a"), "server")
    others = [pages("a", "b", attempts=2), pages("a", "c"), pages("a", "b", pager="chat")]
    assert first not in [group_id(other, "server") for other in others]
