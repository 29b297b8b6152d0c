"""The flow runs of a real server, in its own SQLite file: no API makes a run that started an hour ago."""

import random
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

LOCKED_AT_MOST_SECONDS = 60
TIMES = ("next_scheduled_start_time", "expected_start_time", "start_time", "end_time")


class FlowRunTable:
    """Copies, changes and deletes flow runs. Ids come from `chance`, so that a failure can be had again."""

    def __init__(self, database: Path, chance: random.Random) -> None:
        self._connection = sqlite3.connect(database, timeout=LOCKED_AT_MOST_SECONDS)
        self._chance = chance

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def copies(self, of: str, deviations: Sequence[Mapping[str, Any]]) -> None:
        """Runs like this one, but for what each is given."""
        model = self._row(of)
        rows = [
            {**model, "id": self._new_id(), "state_id": None, "idempotency_key": None, **each} for each in deviations
        ]
        names = ", ".join(model)
        marks = ", ".join(f":{name}" for name in model)
        with self._connection:
            self._connection.executemany(
                f"INSERT INTO flow_run ({names}) VALUES ({marks})", [_stored(row) for row in rows]
            )

    def ids(self, where: str, **values: Any) -> list[str]:
        """The ids of the runs of a condition, in a fixed order."""
        query = f"SELECT id FROM flow_run WHERE {where} ORDER BY expected_start_time, id"
        with closing(self._connection.execute(query, _stored(values))) as found:
            return [row[0] for row in found]

    def change(self, ids: Sequence[str], **values: Any) -> None:
        """Set columns of these runs."""
        settings = ", ".join(f"{name} = :{name}" for name in values)
        with self._connection:
            self._connection.executemany(
                f"UPDATE flow_run SET {settings} WHERE id = :run", [{**_stored(values), "run": id} for id in ids]
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Delete these runs."""
        with self._connection:
            self._connection.executemany("DELETE FROM flow_run WHERE id = ?", [(id,) for id in ids])

    def _row(self, id: str) -> dict[str, Any]:
        with closing(self._connection.execute("SELECT * FROM flow_run WHERE id = ?", (id,))) as found:
            return dict(zip([column[0] for column in found.description], found.fetchone(), strict=True))

    def _new_id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """As Prefect writes times into SQLite."""
    return {
        name: value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value
        for name, value in values.items()
    }
