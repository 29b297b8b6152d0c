"""With a memory each patrol reads some pages of the deployments, all within the time, and loses sight of none that stopped."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeguard.facts import ServerSettings
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe import deployment_pages
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.stopped_schedules import find_stopped_schedules
from lifeguard.snapshot import Snapshot
from tests.builders import NOW, ago, policy, snapshot
from tests.estate import Estate, Said
from tests.proxy import Answer, Proxy, Request, as_json, ending, unavailable

PAGE = 5
MINUTE = timedelta(minutes=1)


def row(number: int, *, paused: bool = False, on: bool = True) -> dict[str, Any]:
    """A deployment with a schedule, as the server tells of it."""
    schedule: dict[str, Any] = {"id": f"schedule-{number}", "active": on, "schedule": {}}
    name = f"nightly {number % 100:03} \u202e`|`"
    common: dict[str, Any] = {
        "id": f"{number:03}",
        "name": name,
        "flow_id": "flow",
        "tags": [],
        "work_pool_name": "etl",
    }
    return {**common, "paused": paused, "schedules": [schedule]}


@dataclass
class Works:
    """Deployments by name as Prefect lists them; each made a run by its schedule ten minutes ago."""

    rows: list[dict[str, Any]]
    pages_asked: list[int] = field(default_factory=list[int])

    def answer(self, request: Request) -> Answer:
        asked = request.json
        if request.path.endswith("flow_runs/filter"):
            ids = asked["flow_runs"]["deployment_id"]["any_"]
            return as_json([{"deployment_id": id, "expected_start_time": ago(600).isoformat()} for id in ids])
        if request.path.endswith("flows/filter"):
            return as_json([{"id": "flow", "name": "etl"}])
        return as_json(self._deployments(asked))

    def _deployments(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        wanted, offset = asked.get("deployments", {}), asked.get("offset", 0)
        if not wanted:
            self.pages_asked.append(offset // PAGE)
        ids = wanted.get("id", {}).get("any_")
        found = [row for row in self.rows if ids is None or row["id"] in ids]
        found = [row for row in found if row["paused"] or "paused" not in wanted]
        return found[offset : offset + asked["limit"]]


class Site:
    """A server that tells of the deployments it was given last."""

    def __init__(self) -> None:
        self.works = Works([])
        self.proxy = Proxy(lambda request: self.works.answer(request))

    def looked(self, works: Works, memory: Memory, minute: int = 0, reread: float = 600) -> Snapshot:
        """The picture of one patrol, so many minutes after NOW, that was given this memory."""
        return self.patrols(works, [minute], memory, reread)

    def patrols(
        self, works: Works, minutes: Sequence[int], memory: Memory = NOTHING_KNOWN, reread: float = 600
    ) -> Snapshot:
        """The last of several patrols, each with the memory of the one before."""
        self.works = works

        async def session() -> Snapshot:
            seen = replace(snapshot(), memory=memory, deployments={})
            async with Api(Connection(self.proxy.api_url), policy(retry_attempts=0)) as api:
                for minute in minutes:
                    begun = replace(_begun(minute), memory=seen.memory)
                    seen = await find_stopped_schedules(api, begun, policy(reread_after_seconds=reread))
            return seen

        return anyio.run(session)


def _begun(minute: int) -> Snapshot:
    seen = replace(snapshot(), taken_at=NOW + minute * MINUTE, deployments={})
    return replace(seen, server=replace(seen.server, settings=ServerSettings(page_size=PAGE)))


@pytest.fixture(scope="module")
def site() -> Generator[Site, None, None]:
    site = Site()
    with site.proxy:
        yield site


def stopped(seen: Snapshot) -> set[str]:
    """Those of which it is said."""
    return {each.deployment_id for each in seen.stopped_schedules}


def still_known(memory: Memory) -> set[str]:
    """Those that are remembered."""
    return {id for each in memory.pages for id in each.stopped}


def test_without_a_memory_all_pages_are_read(site: Site) -> None:
    works = Works([row(number, on=number != 41) for number in range(42)])
    assert (stopped(site.looked(works, NOTHING_KNOWN)), works.pages_asked) == ({"041"}, list(range(9)))


def test_with_a_memory_every_page_is_read_within_the_time_and_few_at_once(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    works.pages_asked.clear()
    site.patrols(works, range(1, 11), known)
    assert sorted(set(works.pages_asked)) == list(range(9))
    assert len(works.pages_asked) <= 10


def test_who_wants_everything_asked_each_time_gets_that(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    works.pages_asked.clear()
    site.looked(works, known, minute=1, reread=0)
    assert works.pages_asked == list(range(9))


def test_a_deployment_that_is_paused_is_seen_at_once(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    works.rows[33]["paused"] = True
    assert stopped(site.looked(works, known, minute=1)) == {"033"}


def test_a_schedule_that_is_on_again_is_seen_at_once(site: Site) -> None:
    works = Works([row(number, on=number != 33) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    assert stopped(site.looked(works, known, minute=1)) == {"033"}
    works.rows[33]["schedules"][0]["active"] = True
    assert stopped(site.looked(works, known, minute=1)) == set()


def test_a_schedule_that_is_switched_off_is_seen_within_the_time(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    works.rows[33]["schedules"][0]["active"] = False
    assert stopped(site.patrols(works, range(1, 11), known)) == {"033"}


def test_a_page_that_the_list_grew_by_is_read_when_the_last_one_is(site: Site) -> None:
    works = Works([row(number) for number in range(9)])
    known = site.looked(works, NOTHING_KNOWN).memory
    works.rows += [row(number, on=False) for number in range(9, 21)]
    assert stopped(site.patrols(works, range(1, 11), known)) == {f"{number:03}" for number in range(9, 21)}


def test_pages_behind_the_end_of_a_list_that_shrank_are_forgotten(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    del works.rows[12:]
    assert [each.page for each in site.patrols(works, range(1, 11), known).memory.pages] == [0, 1, 2]


def test_a_page_that_was_forgotten_is_read(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    works.pages_asked.clear()
    site.looked(works, replace(known, pages=(*known.pages[:3], *known.pages[4:])), minute=0)
    assert works.pages_asked == [3]


def test_a_look_that_fails_leaves_the_memory_as_it_was(site: Site) -> None:
    works = Works([row(number) for number in range(42)])
    known = site.looked(works, NOTHING_KNOWN).memory
    site.proxy.fail(ending("deployments/filter"), unavailable(0), times=1)
    failed = site.looked(works, known, minute=1)
    assert ([each.what for each in failed.missing], failed.memory) == (["schedules of deployments"], known)


def test_more_deployments_than_are_read_are_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment_pages, "PAGES_AT_MOST", 2)
    works = Works([row(number) for number in range(42)])
    seen = site.looked(works, NOTHING_KNOWN)
    again = site.looked(works, seen.memory, minute=1)
    assert [each.what for each in (*seen.missing, *again.missing)] == ["more schedules of deployments"] * 2


changes = st.tuples(st.integers(0, 30), st.sampled_from(["pause", "resume", "off", "on", "delete", "add"]))


def change(works: Works, number: int, what: str) -> None:
    """Do something to one of the deployments, or add one among them."""
    if what == "add":
        works.rows = [each for each in works.rows if each["id"] != f"{100 + number}"] + [row(100 + number, on=False)]
        works.rows.sort(key=lambda each: each["name"])
    elif what == "delete" and len(works.rows) > 1:
        del works.rows[number % len(works.rows)]
    elif what in ("pause", "resume"):
        works.rows[number % len(works.rows)]["paused"] = what == "pause"
    else:
        works.rows[number % len(works.rows)]["schedules"][0]["active"] = what == "on"


def truth_of(works: Works) -> set[str]:
    """Those that make no runs by schedule."""
    return {each["id"] for each in works.rows if each["paused"] or not each["schedules"][0]["active"]}


@settings(max_examples=10, deadline=None)
@given(by_minute=st.lists(st.lists(changes, max_size=3), min_size=1, max_size=6))
def test_all_that_is_said_is_so_and_ten_quiet_minutes_later_all_that_is_so_is_said(
    site: Site, by_minute: list[list[tuple[int, str]]]
) -> None:
    works, known = Works([row(number) for number in range(23)]), NOTHING_KNOWN
    for minute, done in enumerate(by_minute):
        for each in done:
            change(works, *each)
        seen = site.looked(works, known, minute)
        assert still_known(known) & truth_of(works) <= stopped(seen) <= truth_of(works)
        known = seen.memory
    last = len(by_minute)
    assert stopped(site.patrols(works, range(last, last + 11), known)) == truth_of(works)


def test_a_real_server_tells_the_same_with_a_memory_and_without(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.inactive_schedule(estate.deployment("grind", "mill"))
    memory = estate.look().snapshot.memory
    sift = estate.deployment("sift", "mill")
    estate.inactive_schedule(sift)
    estate.pause_deployment(sift)
    assert [(each.page, len(each.stopped), each.is_last) for each in memory.pages] == [(0, 1, True)]
    assert estate.look(memory=memory).said == {
        Said("schedule-inactive", "info", "deployment", "flow/grind"),
        Said("deployment-paused", "info", "deployment", "flow/sift"),
    }
