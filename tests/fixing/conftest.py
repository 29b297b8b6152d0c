"""Each kind of step is done on both servers."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.estate import Estate
from tests.fixing.mending import IMPATIENT, Mending
from tests.prefect_server import PrefectServer


@pytest.fixture
def estate(either_server: PrefectServer) -> Generator[Estate, None, None]:
    """An empty estate; whatever is in it is deleted after the test."""
    with Estate(either_server.api_url) as built:
        built.raze()
        try:
            yield built
        finally:
            built.raze()


@pytest.fixture
def mending(estate: Estate, tmp_path: Path) -> Mending:
    """A fix on that estate, by a policy without patience, with a history of its own."""
    return Mending(estate, tmp_path, IMPATIENT)
