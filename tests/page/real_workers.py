"""A town: a real server with real workers, its pagers and where they arrive, and patrols without an end.

What happens there is told by stories. They run at the same time: each goes on to its next `yield` after every patrol.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from lifeguard.demo.processes import Process, Processes
from lifeguard.findings import Finding
from lifeguard.observe.api import CallFailed
from lifeguard.page.pagers import Pager
from lifeguard.record.database import Database, default_database
from lifeguard.record.keep import Kept
from lifeguard.record.outbox import pages_of
from lifeguard.record.queries import read_history
from tests.estate import Estate
from tests.page.arming import arm
from tests.page.receiver import Behaviour, Receiver, receiver, webhook, well
from tests.page.restarting import Server
from tests.page.saving import saved_pager
from tests.patience import ask
from tests.patrolling import AT_ONCE, patrolled

Story = Generator[None, None, None]
Telling = Callable[["Town"], Story]
LIMIT_SECONDS = 150.0
PATROL_EVERY_SECONDS = 2.0
"""At most: patrols without a rest would keep the machine from everything else."""
HEARTBEAT_SECONDS = 6
"""A live worker is missed after 12 s: on a busy machine it has been silent for more than 8 s."""
PATROL = {
    **AT_ONCE,
    "LIFEGUARD_WARNING_FOR_SECONDS": "",
    "LIFEGUARD_INFO_FOR_SECONDS": "",
    "LIFEGUARD_REQUEST_TIMEOUT_SECONDS": "60",
}
"""What is critical is told and taken back at once, unless a town says otherwise; the rest has Lifeguard's own patience."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who lives in a town and what happens there: the stories of one act run at the same time, the acts in turn.

    `misbehaving` is what the receiver does with the messages of some pagers at first.
    """

    pagers: Sequence[Pager]
    acts: Sequence[Sequence["Telling"]]
    misbehaving: Mapping[str, Behaviour] = field(default_factory=dict[str, Behaviour])
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass
class Town:
    """Everything of one server. `chronicle` is what `incidents` said when everything was over."""

    server: Server
    estate: Estate
    processes: Processes
    phones: Receiver
    plan: Plan
    behaviours: dict[str, Behaviour] = field(default_factory=dict[str, Behaviour])
    kept: Kept | None = None
    chronicle: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    ended: dict[str, BaseException | None] = field(default_factory=dict[str, BaseException | None])

    # Patrols and stories

    def patrol(self) -> None:
        """One patrol; one that could tell nobody leaves it to the next, as the flow does."""
        began_at = time.monotonic()
        with suppress(CallFailed):
            self.kept = patrolled(self.estate.api_url, self.server.home, {**PATROL, **self.plan.settings})
        time.sleep(max(0.0, began_at + PATROL_EVERY_SECONDS - time.monotonic()))

    def live(self) -> None:
        """Patrol until every story of every act has ended, well or not."""
        for act in self.plan.acts:
            going = {story.__name__: story(self) for story in act}
            while going := {name: story for name, story in going.items() if self._goes_on(name, story)}:
                self.patrol()
        self.chronicle = self.incidents()

    def _goes_on(self, name: str, story: Story) -> bool:
        try:
            next(story)
        except StopIteration:
            self.ended[name] = None
        except Exception as error:
            self.ended[name] = error
        return name not in self.ended

    def check(self, story: "Telling") -> None:
        """Raise what kept a story from coming to its end, if anything did."""
        if error := self.ended[story.__name__]:
            raise error

    # What is there to see

    @property
    def findings(self) -> Sequence[Finding]:
        """What the last patrol found."""
        return self.kept.judgement.findings if self.kept else ()

    def finds(self, code: str, name: str) -> bool:
        """Whether the last patrol found this, critical."""
        return any((each.code, each.resource.name, each.severity) == (code, name, "critical") for each in self.findings)

    def is_staffed(self, pool: str) -> bool:
        """Whether the last patrol saw a live worker in it, and that somebody has asked for its runs."""
        pools = self.kept.judgement.pools if self.kept else ()
        reading = next(each for each in pools if each.name == pool)
        return bool(reading.workers_online) and any(queue.last_polled for queue in reading.queues)

    def heard(self, pager: str, about: str = "") -> list[str]:
        """The first words of the messages that a pager got, in their order, or of those that hold a text."""
        return [subject.partition(":")[0] for subject in self.phones.subjects(pager) if about in subject]

    def incidents(self) -> list[tuple[str, str]]:
        """The codes and names of all that opened so far, in that order, from the history."""
        since, until = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
        told = anyio.run(read_history, self._database, self.estate.api_url, since, until)
        return [(each.finding.code, each.finding.resource.name) for each in told.incidents]

    def is_settled(self) -> bool:
        """Whether every message that was to be told is known to have arrived, so that none is told again."""
        return not anyio.run(pages_of, self._database, self.estate.api_url)

    @property
    def _database(self) -> Database:
        return default_database(self.server.home)

    # What happens

    def deserted(self, pool: str) -> str:
        """A new pool on which nobody works, although a run is overdue; the run."""
        return self.estate.overdue_run(self.estate.deployment(f"of-{pool}", self.estate.pool(pool)))

    def relieve(self, pool: str, run: str) -> None:
        """Somebody works on the pool, and the run is gone."""
        self.estate.worker(pool)
        self.estate.cancel(run)

    def behave(self, pager: str, behaviour: Behaviour = well) -> None:
        """What the receiver does with the messages of one pager from now on."""
        self.behaviours[pager] = behaviour

    def start_worker(self, pool: str, name: str) -> Process:
        """Start a real worker; it is online some seconds later."""
        beat = {"PREFECT_API_URL": self.estate.api_url, "PREFECT_WORKER_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS)}
        arguments = ("worker", "start", "--pool", pool, "--type", "process", "--name", name)
        return self.processes.start(name, *arguments, settings={**beat, "PREFECT_WORKER_QUERY_SECONDS": "2"})

    def errand(self, pool: str) -> str:
        """A deployment whose runs a real worker takes and does nothing about, which is quicker than running a flow."""
        deployment = self.estate.deployment(f"of-{pool}", pool)
        ask(self.estate.api_url, "PATCH", f"deployments/{deployment}", {"job_variables": {"command": "true"}})
        return deployment


@contextmanager
def town(server: Server, plan: Plan) -> Generator[Town, None, None]:
    """A server on which the pagers are saved and armed; each has a path of the receiver.

    The first patrol makes the tables of the history, which threads of one process cannot do at the same time (alembic).
    """
    with receiver() as phones, Processes() as processes, Estate(server.api_url) as estate, ExitStack() as stack:
        built = Town(server, estate, processes, phones, plan, dict(plan.misbehaving))
        phones.answer_with(lambda path: built.behaviours.get(path, well)(path))
        for each in plan.pagers:
            stack.enter_context(webhook(server.api_url, phones.port, each.name))
            saved: dict[str, Any] = {"severities": sorted(each.severities), "pools": list(each.pools)}
            stack.enter_context(saved_pager(server.api_url, each.name, **saved))
        arm(server.api_url, *plan.pagers)
        built.patrol()
        yield built


def until(holds: Callable[[], bool], description: str, before: Callable[[], object] = lambda: None) -> Story:
    """Go on with the patrol after which this holds; fail with its description when it does not within the limit.

    `before` is done before each patrol.
    """
    give_up_at = time.monotonic() + LIMIT_SECONDS
    while not holds():
        assert time.monotonic() < give_up_at, f"not within {LIMIT_SECONDS:g} s: {description}"
        before()
        yield
