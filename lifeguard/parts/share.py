"""What one part is to look at, and how far it has come: handed out by a patrol, taken up by a run of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lifeguard.facts import Pool, Queue
from lifeguard.memory import NOTHING_KNOWN
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot

OF_THE_WAIT = 0.75
"""Of the time that a patrol waits for its parts; in the remainder they begin (a container takes up to a minute) and end."""


@dataclass(frozen=True, slots=True)
class Share:
    """One of several parts of a look, counted from 1. `picture` has its pools and their queues, and what was seen so far.

    `stages_done` is the checkpoint: so many stages are in the picture, and a part that begins again goes on after them.
    """

    number: int
    of: int
    policy: Policy
    picture: Snapshot
    stages_done: int = 0

    @property
    def name(self) -> str:
        """As people read it."""
        return f"part {self.number} of {self.of}"


def split(picture: Snapshot, policy: Policy, parts: int) -> list[Share]:
    """As many shares of about the same size, each pool in one of them; fewer where there are fewer pools.

    Pools are dealt by id, which says nothing about them: neighbours by name are often alike, and would burden one part.
    """
    parts = max(1, min(parts, len(picture.pools)))
    dealt = sorted(picture.pools, key=lambda pool: pool.id)
    return [
        Share(number, parts, policy, _narrowed(picture, dealt[number - 1 :: parts])) for number in range(1, parts + 1)
    ]


def _narrowed(picture: Snapshot, pools: Sequence[Pool]) -> Snapshot:
    own = {pool.id for pool in pools}
    return Snapshot(picture.server, picture.taken_at, tuple(pools), _queues_of(picture, own))


def _queues_of(picture: Snapshot, pools: set[str]) -> tuple[Queue, ...]:
    return tuple(queue for queue in picture.queues if queue.pool_id in pools)


def with_bounds(policy: Policy, parts: int, calls_left: int) -> Policy:
    """The policy of each of several parts: together they keep within what one look may cost, and the patrol keeps a share.

    A part makes one call at a time at least, and ten in all. It ends in time for what it saw to be taken up.
    """
    bounds = {
        "look_within_seconds": min(policy.look_within_seconds, OF_THE_WAIT * policy.parts_within_seconds),
        "concurrency": max(1, policy.concurrency // parts),
        "call_ceiling": max(10, calls_left // (parts + 1)),
    }
    return policy.model_copy(update=bounds)


def one_stage_further(share: Share, picture: Snapshot) -> Share:
    """The share with what one more stage saw; no part leaves a memory."""
    return replace(share, picture=replace(picture, memory=NOTHING_KNOWN), stages_done=share.stages_done + 1)
