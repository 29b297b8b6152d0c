"""The picture of one cluster while it is being taken: what was read so far, and what is still to be read or cannot be."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from lifeguard.cluster import RUN_LABEL, Unseen
from lifeguard.observe.cluster.answers import within
from lifeguard.observe.cluster.lists import Lists, Row
from lifeguard.observe.cluster.unreadable import Unreadable, unseen

Place = tuple[str, str | None]
"""A kind and its namespace."""


@dataclass(slots=True)
class Picture:
    """Rows by kind, as they came. What is still `due` when the time is up could not be seen.

    `needs_nodes` once a pod was found that no node takes.
    """

    lists: Lists
    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    due: dict[Place, None] = field(default_factory=dict[Place, None])
    unseen: list[Unseen] = field(default_factory=list[Unseen])
    needs_nodes: bool = False

    def finish(self, kinds: Iterable[str], namespace: str | None) -> None:
        """What was not read of these kinds is not needed."""
        for kind in kinds:
            self.due.pop((kind, namespace), None)

    async def read(
        self,
        kind: str,
        namespace: str | None,
        labels: str = "",
        fields: str = "",
        *,
        of: Container[str] | None = None,
        pages: int | None = None,
    ) -> Sequence[Row]:
        """Read a list, or what of it is `of` these runs; where that fails it says so, and keeps what it got."""
        self.due[kind, namespace] = None
        try:
            found = await self.lists.rows(kind, namespace, labels, fields, pages)
        except Unreadable as error:
            self._miss(unseen(kind, namespace, error))
            found = list(error.rows)
        self.due.pop((kind, namespace), None)
        found = found if of is None else [row for row in found if _run_of(row) in of]
        self.rows.setdefault(kind, []).extend(found)
        return found

    def _miss(self, missed: Unseen) -> None:
        """Lists of one kind are asked for more than once: what they have in common is said once."""
        if missed not in self.unseen:
            self.unseen.append(missed)

    def sees(self, kind: str, namespace: str | None) -> bool:
        """Whether nothing went wrong with this kind there, so far."""
        return all((each.kind, each.namespace) != (kind, namespace) for each in self.unseen)

    def give_up(self, error: Unreadable) -> None:
        """Nothing more will be read: name what was still due."""
        self.unseen += [unseen(kind, namespace, error) for kind, namespace in self.due]
        self.due.clear()


def _run_of(row: Row) -> str:
    return within(row["metadata"], "labels").get(RUN_LABEL, "")
