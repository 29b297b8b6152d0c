"""Going through a log of any length, line by line: what is kept are a count, two times and an example of each signature."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import unquote

from lifeguard.signatures.known import Signature, recognized
from lifeguard.signatures.secrets import example_of
from lifeguard.signatures.sign import Sign
from lifeguard.signatures.times import STAMP, stamp_of

NAMES_KEPT = 20
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
OF_A_WORKER = re.compile(r"Worker '([^']+)' (?:started!|submitting flow run|stopped!)")
"""What a worker says of itself (`prefect worker start` and `prefect.flow_runs.worker`, 3.9.1)."""

OF_A_POOL = re.compile(r"/api/work_pools/([^/\s'\"?]+)(?=[/\s'\"?])(?!/filter)")
"""A pool in the address of a call; what a library of ours or of Prefect's asks for is written in its log (`httpx`)."""


@dataclass
class Scan:
    """What was seen of a log so far, in the order in which it was first seen; of signatures in such logs only, if `where`."""

    log: str
    where: str | None = None
    signs: dict[str, Sign] = field(default_factory=dict[str, Sign])
    workers: set[str] = field(default_factory=set[str])
    pools: set[str] = field(default_factory=set[str])
    lines: int = 0
    _stamped: re.Match[str] | None = None

    def read(self, line: str) -> None:
        """Take one more line in."""
        self.lines += 1
        line = COLOURS.sub("", line) if "\x1b" in line else line
        self._stamped = STAMP.match(line) or self._stamped
        if "Worker '" in line:
            _note_name(self.workers, OF_A_WORKER.search(line))
        if "/work_pools/" in line:
            _note_name(self.pools, OF_A_POOL.search(line))
        signature = recognized(line, self.where)
        if signature:
            self._note(signature, line)

    def finished(self, ended: datetime | None = None) -> tuple[Sign, ...]:
        """The signs; `ended` is when the log was last written to."""
        workers, pools = frozenset(self.workers), frozenset(self.pools)
        return tuple(replace(sign, workers=workers, pools=pools, ended=ended) for sign in self.signs.values())

    def _note(self, signature: Signature, line: str) -> None:
        now, known = stamp_of(self._stamped), self.signs.get(signature.key)
        if known:
            self.signs[signature.key] = replace(known, count=known.count + 1, last=now)
            return
        example, is_proof = example_of(line), signature.is_proof
        self.signs[signature.key] = Sign(signature.key, signature.code, self.log, 1, example, now, now, is_proof)


def _note_name(names: set[str], found: re.Match[str] | None) -> None:
    if found and len(names) < NAMES_KEPT:
        names.add(unquote(found[1]))


def signs_in(
    lines: Iterable[str], log: str, ended: datetime | None = None, where: str | None = None
) -> tuple[Sign, ...]:
    """Every signature that these lines show; `where` limits it to those of such logs."""
    scan = Scan(log, where)
    for line in lines:
        scan.read(line)
    return scan.finished(ended)
