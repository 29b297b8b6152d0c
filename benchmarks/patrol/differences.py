"""Whether two looks that were taken right after one another found the same. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Differences:
    """What only the first found, and only the second; and of what both found, for how many runs each of them."""

    first: Sequence[str] = ()
    second: Sequence[str] = ()
    numbers: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def is_same(self) -> bool:
        """Whether both found the same, as far as runs that became due in between can leave it so."""
        return not self.first and not self.second


def differences(first: Sequence[str], second: Sequence[str]) -> Differences:
    """Compare findings as `Seen` has them: fingerprint, severity, number of runs, cause."""
    one, other = _without_numbers(first), _without_numbers(second)
    both = one.keys() & other.keys()
    return Differences(
        sorted(one.keys() - both),
        sorted(other.keys() - both),
        {each: (one[each], other[each]) for each in sorted(both) if one[each] != other[each]},
    )


def _without_numbers(findings: Sequence[str]) -> dict[str, str]:
    split = (finding.rsplit(" ", 2) for finding in findings)
    return {f"{what} because of {cause}": runs for what, runs, cause in split}


def told(found: Sequence[Differences], first: str, second: str) -> list[str]:
    """In lines: that there are none, or which."""
    same = sum(each.is_same for each in found)
    lines = [f"findings of '{first}' and '{second}', taken right after one another: the same in {same} of {len(found)}"]
    moved = sum(len(each.numbers) for each in found)
    if moved:
        lines.append(f"  {moved} of them named another number of runs, since some became due or began in between")
    only = [(f"  only '{first}': {each}") for one in found for each in one.first]
    only += [(f"  only '{second}': {each}") for one in found for each in one.second]
    more = [f"  and {len(only) - SHOWN} more"] if len(only) > SHOWN else []
    return [*lines, *only[:SHOWN], *more]
