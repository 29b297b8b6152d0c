"""Quantities in all forms that Kubernetes takes: exact, and never an error."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.diagnose.kubernetes.quantities import BINARY_UNITS, DECIMAL_UNITS, amount, shown

wholes = st.integers(-(10**18), 10**18)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("64", "64"),
        ("500m", "0.5"),
        ("0.1", "0.1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+2", "2"),
        ("-1", "-1"),
        ("100n", "0.0000001"),
        ("5u", "0.000005"),
        ("2k", "2000"),
        ("1E", "1000000000000000000"),
        ("1E3", "1000"),
        ("1e-3", "0.001"),
        ("12e6", "12000000"),
        ("1.5Gi", "1610612736"),
        ("8286208Ki", "8485076992"),
        ("1Ei", "1152921504606846976"),
        ("96636764160", "96636764160"),
    ],
)
def test_every_form_is_read_exactly(text: str, number: str) -> None:
    assert amount(text) == Fraction(number)


@pytest.mark.parametrize(
    "text", ["", "Gi", "1K", "1ki", "1 Gi", "1GiB", "1e", "1e999999999", "0x10", "nan", "1_0", "١", None]
)
def test_what_is_no_quantity_is_none(text: str | None) -> None:
    assert amount(text) is None


@given(wholes, st.sampled_from(sorted(DECIMAL_UNITS)))
def test_a_decimal_suffix_multiplies_by_its_power_of_ten(number: int, unit: str) -> None:
    assert amount(f"{number}{unit}") == Fraction(number) * Fraction(10) ** DECIMAL_UNITS[unit]


@given(wholes, st.sampled_from(sorted(BINARY_UNITS)))
def test_a_binary_suffix_multiplies_by_its_power_of_1024(number: int, unit: str) -> None:
    assert amount(f"{number}{unit}") == number * 1024 ** BINARY_UNITS[unit]


@given(wholes, st.integers(-9, 18), st.sampled_from("eE"))
def test_an_exponent_is_a_power_of_ten(number: int, exponent: int, sign: str) -> None:
    assert amount(f"{number}{sign}{exponent}") == Fraction(number) * Fraction(10) ** exponent


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    assert amount(text) is None or isinstance(amount(text), Fraction)


@given(
    st.integers(0, 10**18), st.sampled_from(["cpu", "memory", "limits.memory", "nvidia.com/gpu", "ephemeral-storage"])
)
def test_what_is_shown_can_be_read_again(number: int, resource: str) -> None:
    read = amount(shown(resource, Fraction(number)))
    assert read is not None and abs(read - number) <= max(number // 1000, 1)


@pytest.mark.parametrize(
    ("resource", "text", "is_shown"),
    [
        ("cpu", "500m", "0.5"),
        ("cpu", "64", "64"),
        ("limits.cpu", "1250m", "1.25"),
        ("memory", "8286208Ki", "7.902Gi"),
        ("requests.memory", "1Gi", "1Gi"),
        ("memory", "40", "40"),
        ("pods", "110", "110"),
        ("nvidia.com/gpu", "0", "0"),
    ],
)
def test_amounts_are_shown_as_people_write_them(resource: str, text: str, is_shown: str) -> None:
    number = amount(text)
    assert number is not None and shown(resource, number) == is_shown
