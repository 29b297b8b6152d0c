"""Every artifact in both UIs of Prefect, as a reader sees it: rendered whole, in both themes, whatever the names are.

Screenshots are kept in `.ci/screenshots`. Without a Chromium on this machine these tests are skipped.
"""

from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import anyio
import pytest
from playwright.sync_api import BrowserContext

from lifeguard.digest import Digest, Held, Waits
from lifeguard.escaping import visible
from lifeguard.history import History, PoolHistory, Seconds
from lifeguard.incidents import Changes, Incident
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.pickups import Pickups
from lifeguard.record.database import Database, database_at
from lifeguard.record.remember import remember
from lifeguard.report.artifact import DIGEST, FINDINGS, OVERVIEW, POOLS, pool_key
from lifeguard.report.digest_markdown import digest_page
from lifeguard.report.pool_cells import LONGEST_NAME
from lifeguard.report.shelf import Author, write_artifact
from lifeguard.showing import show
from lifeguard.snapshot import Price
from tests import builders as b
from tests.patience import ask
from tests.prefect_server import PrefectServer, prefect_server
from tests.report.boards import HOSTILE, opened
from tests.ui.browsing import UI, Seen, browser, chromium, led_astray, read

pytestmark = [
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium: apt-get install chromium"),
    pytest.mark.timeout(240),
]
SETTINGS = {"PREFECT_SERVER_UI_API_URL": "/api", "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false"}
DAY = 86_400.0
PRICES = {"work_pools/{name}/workers/filter": Price(19, 6_100, 0.28), "flow_runs/filter": Price(24, 93_000, 0.3)}
PRICED = ("43 API calls", *PRICES, "99 kB received. That is 1 %", "0.28 s")
OPENED = ("HTML", "a bare link")
both_uis = pytest.mark.parametrize("ui", ["v1", "v2"])


@dataclass
class Gallery:
    """A server with a UI, a browser, and the ids of what was last hung there, by key."""

    server: PrefectServer
    browser: BrowserContext
    ids: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def ui_url(self) -> str:
        return self.server.api_url.removesuffix("/api")

    def with_artifacts_of(
        self, judgement: Judgement, *incidents: Incident, database: Database | None = None
    ) -> "Gallery":
        """The same after a patrol has shown this judgement, and after the digest of it."""
        beside(partial(self._show, judgement, incidents, database))
        found: list[dict[str, Any]] = ask(self.server.api_url, "POST", "artifacts/latest/filter", {})
        return replace(self, ids={row["key"]: row["latest_id"] for row in found})

    async def _show(self, judgement: Judgement, incidents: tuple[Incident, ...], database: Database | None) -> None:
        async with Api(Connection(self.server.api_url), b.policy(request_timeout_seconds=60)) as api:
            assert (await show(api, judgement, Changes(still_open=incidents), database)).trouble is None
            await write_artifact(api, digest_page(a_digest(judgement, incidents)), Author(), {})

    def see(self, key: str, *wanted: str, ui: UI, name: str = "") -> Seen:
        """The newest version as a reader sees it, once it shows what is wanted."""
        url = f"{self.ui_url}{'/v2' if ui == 'v2' else ''}/artifacts/artifact/{self.ids[key]}"
        return read(self.browser, url, wanted, ui, name or key)


def beside(work: Callable[[], Awaitable[Any]]) -> None:
    """Run it in a thread of its own: the browser keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, work).result()


def a_digest(judgement: Judgement, incidents: tuple[Incident, ...]) -> Digest:
    names = [pool.name for pool in judgement.pools]
    pools = tuple(PoolHistory(name, Seconds(DAY, 3600, 1800), {"pool-no-workers": 12.0}) for name in names)
    waits = Waits({name: Pickups.of([2.0, 9.0, 70.0]) for name in names})
    held = (Held("a-deployment", f"flow/{names[0]}", 3, 90.0),)
    return Digest(History(b.API_URL, b.ago(DAY), b.NOW, incidents, pools), waits, held=held, came=("new",))


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Generator[Gallery, None, None]:
    files = {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(tmp_path_factory.mktemp("ui"))}
    with prefect_server({**SETTINGS, **files}) as server, browser() as running:
        yield Gallery(server, running)


@pytest.fixture(scope="module")
def small(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """Three pools, of which one has an incident and an hour of history."""
    database = database_at(f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.db'}", "the test")
    dead = b.snapshot(workers=[b.worker(silent=7200)], waiting=[b.run(overdue=5400)])
    for at in range(-3600, 1, 300):
        judged = b.judgement(dead if at > -1800 else None, at=at, findings=[])
        beside(partial(remember, database, judged, f"at {at}"))
    pools = [b.pool(limit=4, active_slots=1), b.pool("web"), b.pool("night", is_paused=True)]
    silent = [b.worker(silent=7200), b.worker(pool="web"), b.worker(pool="night")]
    seen = b.snapshot(pools=pools, workers=silent, waiting=[b.run(overdue=5400)])
    judgement = b.judgement(replace(seen, api_calls=43, prices=PRICES))
    return gallery.with_artifacts_of(judgement, *map(opened, judgement.findings), database=database)


@pytest.fixture(scope="module")
def hostile(small: Gallery) -> Gallery:
    """Three hundred pools, of which many have names that try to be something else.

    They come after the small estate, whichever test is first: a table is not written again within ten minutes.
    """
    names = [*HOSTILE.values(), *(f"pool-{number:03}" for number in range(300 - len(HOSTILE)))]
    fine = [b.worker(pool=name) for name in names[len(HOSTILE) :]]
    seen = b.snapshot(pools=[b.pool(name) for name in names], workers=fine)
    found = [b.finding(pool=name, runs=9 if kind in OPENED else 1) for kind, name in HOSTILE.items()]
    return small.with_artifacts_of(b.judgement(seen, findings=found), *map(opened, found))


@both_uis
def test_the_overview_of_a_small_estate(small: Gallery, ui: UI) -> None:
    seen = small.see(OVERVIEW, "1 critical", "Where:", "prefect worker start --pool etl", "paused", *PRICED, ui=ui)
    assert seen.complaints == []
    base = f"{small.ui_url}/v2" if ui == "v2" else small.ui_url
    assert set(seen.links) >= {f"{base}/work-pools/work-pool/{name}" for name in ("etl", "web", "night")}


@both_uis
def test_the_page_of_a_pool_and_its_picture(small: Gallery, ui: UI) -> None:
    seen = small.see(pool_key("etl"), "0 of 1 workers alive", "Work queues", ui=ui)
    assert seen.complaints == []
    assert [width > 0 for source, width in seen.pictures if source == "data:image/svg+xml"] == [True]


@both_uis
def test_the_tables(small: Gallery, ui: UI) -> None:
    pools = small.see(POOLS, "worst first", "down", "etl", "web", "1 of 4", ui=ui)
    findings = small.see(FINDINGS, "worst first", "pool-no-workers", "etl", ui=ui)
    assert pools.complaints == findings.complaints == []


@both_uis
def test_the_digest(small: Gallery, ui: UI) -> None:
    seen = small.see(DIGEST, "1 open", "Waiting to be picked up", "pool-no-workers", "flow/etl", ui=ui)
    assert seen.complaints == []


@both_uis
def test_the_overview_of_three_hundred_pools_shows_hostile_names_as_they_are(hostile: Gallery, ui: UI) -> None:
    seen = hostile.see(OVERVIEW, "more are not shown here", ui=ui, name="hostile-overview")
    shown = " ".join(seen.text.split())
    assert [name for name in HOSTILE.values() if as_shown(name)[: LONGEST_NAME - 1] not in shown] == []
    assert seen.complaints == led_astray(seen) == []


@both_uis
def test_the_page_of_a_pool_with_a_hostile_name(hostile: Gallery, ui: UI) -> None:
    for kind in OPENED:
        seen = hostile.see(pool_key(HOSTILE[kind]), "Open incidents", ui=ui, name=f"hostile-{kind}")
        assert as_shown(HOSTILE[kind]) in " ".join(seen.text.split())
        assert seen.complaints == led_astray(seen) == []


def as_shown(name: str) -> str:
    """As a browser shows a line: what is unseen as an escape, and of blanks only one."""
    return " ".join(visible(name).split())
