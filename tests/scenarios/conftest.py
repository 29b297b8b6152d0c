"""The scenarios run against both servers, and always beside healthy pools, so that a wrong attribution is seen."""

from collections.abc import Generator

import pytest

from tests.estate import Estate
from tests.prefect_server import PrefectServer


@pytest.fixture
def estate(either_server: PrefectServer) -> Generator[Estate, None, None]:
    """An estate with two healthy pools in it; what a test adds to it is deleted after the test."""
    with Estate(either_server.api_url) as built:
        try:
            yield built.with_noise()
        finally:
            built.raze(spare_noise=True)
