"""What a command asks for comes back whole, and nobody makes a text of it on the way."""

import pytest

from lifeguard.commands.run_async import run_async


class Large:
    """Something that counts how often a text of it is made."""

    texts = 0

    def __repr__(self) -> str:
        self.texts += 1
        return "a large text"


async def told(large: Large) -> Large:
    return large


async def failing(words: str) -> None:
    raise LookupError(words)


def test_of_a_large_result_no_text_is_made() -> None:
    large = Large()
    assert (run_async(told, large) is large, large.texts) == (True, 0)


def test_what_goes_wrong_is_raised() -> None:
    with pytest.raises(LookupError, match="nobody there"):
        run_async(failing, "nobody there")
