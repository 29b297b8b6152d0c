"""An estate that drifts, minute by minute, and a server that notes it with its lag: for looks that remember, without a server.

As Prefect 3.9.1 does it: a heartbeat each 30 s makes a worker ONLINE and its pool READY at once; the Foreman comes each 15 s
and makes a worker OFFLINE after 90 s of silence, and a pool NOT_READY without any that is ONLINE.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from lifeguard.facts import Pool, Queue, Run, Worker, seconds
from lifeguard.happenings import WorkerEvent
from lifeguard.snapshot import Snapshot
from tests.builders import NOW, pending, pool, queue, run, running, snapshot

TICK_SECONDS = 5
BEGINNING = NOW
HAPPENS = 0.04
"""How often something happens in a pool, each time that one asks."""


@dataclass(slots=True)
class Hand:
    """One worker's process, and what the server has of it."""

    row: Worker
    alive: bool = True
    polls: bool = True


@dataclass(slots=True)
class Place:
    """A pool with its queue, its workers and its runs."""

    row: Pool
    queue: Queue
    hands: list[Hand] = field(default_factory=list[Hand])
    waiting: list[Run] = field(default_factory=list[Run])
    active: list[Run] = field(default_factory=list[Run])

    def polling(self) -> list[Hand]:
        """Those who would take a run now."""
        return [hand for hand in self.hands if hand.alive and hand.polls]


class Estate:
    """So many pools, each with some workers that have been there for hours."""

    def __init__(self, pools: int, chance: Random, *, has_foreman: bool = True) -> None:
        self.now, self.chance, self.has_foreman = BEGINNING, chance, has_foreman
        self.events: list[WorkerEvent] = []
        self.number = 0
        self.places = [self._place(f"pool{number}") for number in range(pools)]
        for place in self.places:
            for _ in range(chance.randint(0, 3)):
                self._start(place, is_old=True)
        self.pass_time(200)

    def _place(self, name: str) -> Place:
        return Place(pool(name, status="NOT_READY"), queue(pool=name, silent=None))

    def _start(self, place: Place, *, is_old: bool = False) -> None:
        self.number += 1
        born = self.now - seconds(7200) if is_old else self.now
        name = f"worker-{self.number}"
        place.hands.append(Hand(Worker(name, place.row.id, None, born, None, 30.0)))
        if not is_old:
            self.events.append(WorkerEvent(name, place.row.id, born, True))

    def pass_time(self, length: int) -> None:
        """Let so many seconds go by."""
        for _ in range(0, length, TICK_SECONDS):
            self.now += seconds(TICK_SECONDS)
            for place in self.places:
                self._live(place)
                if self.has_foreman and (self.now - BEGINNING).seconds % 15 == 0:
                    self._judge(place)

    def _live(self, place: Place) -> None:
        for number, hand in enumerate(place.hands):
            heard = hand.row.last_heartbeat
            if hand.alive and (heard is None or self.now - heard >= seconds(30 - number % 3)):
                hand.row = replace(hand.row, last_heartbeat=self.now, status="ONLINE")
                if place.row.status == "NOT_READY":
                    place.row = replace(place.row, status="READY")
        if place.polling():
            place.queue = replace(place.queue, last_polled=self.now, status="READY")
            if not place.row.is_paused:
                self._work(place)

    def _work(self, place: Place) -> None:
        """Due runs are claimed, claimed ones begin, and begun ones end after some minutes."""
        place.active = [each for each in place.active if not self._is_over(place, each)]
        place.active = [self._begun(each) for each in place.active]
        due = [each for each in place.waiting if each.next_start and each.next_start <= self.now]
        place.waiting = [each for each in place.waiting if each not in due]
        hands = place.polling()
        place.active += [self._claimed(each, self.chance.choice(hands)) for each in due]

    def _is_over(self, place: Place, each: Run) -> bool:
        works = any(hand.alive for hand in place.hands if hand.row.name == each.worker_name)
        return works and each.is_running and _since(each) < self.now - seconds(240)

    def _begun(self, each: Run) -> Run:
        if each.is_running or _since(each) > self.now - seconds(10):
            return each
        begun = running(each.name, each.pool_name, worker=each.worker_name, deployment=each.name)
        return replace(begun, state_since=self.now, started=self.now, expected_start=each.expected_start)

    def _claimed(self, each: Run, hand: Hand) -> Run:
        claimed = pending(each.name, each.pool_name, worker=hand.row.name, deployment=each.name)
        return replace(claimed, state_since=self.now, expected_start=each.expected_start)

    def _judge(self, place: Place) -> None:
        for hand in place.hands:
            heard = hand.row.last_heartbeat
            if hand.row.status == "ONLINE" and heard and self.now - heard > seconds(90):
                hand.row = replace(hand.row, status="OFFLINE")
        if place.row.status == "READY" and not any(hand.row.status == "ONLINE" for hand in place.hands):
            place.row = replace(place.row, status="NOT_READY")

    def happen(self) -> None:
        """Something, in a few of the pools."""
        for place in self.places:
            if self.chance.random() < HAPPENS:
                self.chance.choice(
                    (
                        self._start,
                        self._kill,
                        self._kill_all,
                        self._stop,
                        self._hang,
                        self._pause,
                        self._expect,
                        self._expect,
                    )
                )(place)

    def _kill(self, place: Place) -> None:
        for hand in place.hands[:1]:
            hand.alive = False

    def _kill_all(self, place: Place) -> None:
        for hand in place.hands:
            hand.alive = False

    def _stop(self, place: Place) -> None:
        for hand in [each for each in place.hands if each.alive][:1]:
            hand.alive = False
            self.events.append(WorkerEvent(hand.row.name, place.row.id, self.now, False))

    def _hang(self, place: Place) -> None:
        for hand in place.hands:
            hand.polls = not hand.polls

    def _pause(self, place: Place) -> None:
        now_paused = not place.row.is_paused
        place.row = replace(place.row, is_paused=now_paused, status="PAUSED" if now_paused else "NOT_READY")

    def _expect(self, place: Place) -> None:
        self.number += 1
        due = self.now + seconds(self.chance.choice((-5, 20, 120, 400)))
        made = run(f"run-{self.number}", place.row.name, deployment=f"run-{self.number}")
        place.waiting.append(replace(made, expected_start=due, next_start=due))

    def seen(self) -> Snapshot:
        """What a look sees that reads everything."""
        seen = snapshot(
            pools=[place.row for place in self.places],
            queues=[place.queue for place in self.places],
            workers=[hand.row for place in self.places for hand in place.hands],
            waiting=[each for place in self.places for each in place.waiting],
            active=[each for place in self.places for each in place.active],
            deployments=[],
            worker_events=tuple(self.events),
        )
        return replace(seen, taken_at=self.now)


def _since(each: Run) -> datetime:
    return each.state_since or BEGINNING
