"""Quantities as Kubernetes writes them: `500m`, `2Gi`, `1e3`. Exact, since a limit may be missed by a thousandth.

The grammar is that of k8s.io/apimachinery `resource.Quantity`: a signed decimal, then a suffix or a decimal exponent.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

DECIMAL_UNITS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY_UNITS = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60}))(?:([eE])([+-]?[0-9]{1,2})|([numkMGTPE]|[KMGTPE]i)?)"
)
IN_BYTES = ("memory", "storage", "hugepages-")


def amount(text: str | None) -> Fraction | None:
    """The number that a quantity stands for; None where it cannot be read."""
    found = QUANTITY.fullmatch(text or "")
    if found is None:
        return None
    number, suffix = Fraction(Decimal(found[1])), found[4] or ""
    if suffix in BINARY_UNITS:
        return number * 1024 ** BINARY_UNITS[suffix]
    return number * Fraction(10) ** (int(found[3]) if found[2] else DECIMAL_UNITS[suffix])


def shown(resource: str, number: Fraction) -> str:
    """An amount of a resource for a sentence: bytes in the largest unit that leaves a whole part, others as a number."""
    name = resource.removeprefix("requests.").removeprefix("limits.")
    if not name.startswith(IN_BYTES) and not name.endswith("storage"):
        return _plain(number)
    unit = next((unit for unit in reversed(BINARY_UNITS) if abs(number) >= 1024 ** BINARY_UNITS[unit]), "")
    return _plain(number / 1024 ** BINARY_UNITS.get(unit, 0)) + unit


def _plain(number: Fraction) -> str:
    """A number with no more than three decimals."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.3f}".rstrip("0").rstrip(".")


def total(quantities: Iterable[Mapping[str, str]]) -> dict[str, Fraction]:
    """The sum of each resource; what cannot be read counts as nothing."""
    sums: dict[str, Fraction] = {}
    for each in quantities:
        for resource, text in each.items():
            sums[resource] = sums.get(resource, Fraction()) + (amount(text) or Fraction())
    return sums
