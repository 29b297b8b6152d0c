"""What Kubernetes says when it refuses to make a pod for a Job, taken apart: by key words, for the rest changes.

`exceeded quota`, `failed quota` and the missing service account are as 1.20 wrote them. LimitRange, admission webhooks, Pod
Security and the newer list of containers behind `must specify` are as Kubernetes' sources have them, and were not recorded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lifeguard.diagnose.kubernetes.quantities import amount, shown

PREFIX = re.compile(r'^Error creating: (?:pods? "[^"]*" is forbidden: )?', re.IGNORECASE)
POD_IS = re.compile(r'^(Pod|pods?) "[^"]*" is ')
EXCEEDED = re.compile(r"exceeded quota: ([^,\s]+), requested: (\S+), used: (\S+), limited: (\S+)")
MUST_SPECIFY = re.compile(r"failed quota: ([^:\s]+): must specify (.+)$")
LIMIT_RANGE = re.compile(r"(?:(?:maximum|minimum) \S+ usage per|\S+ max limit to request ratio per) (?:Container|Pod)")
ACCOUNT = re.compile(r'serviceaccount "([^"]+)" not found|service account \S+/(\S+) was not found')
DENIED_BY = re.compile(r'admission webhook "([^"]+)" denied the request')
FAILED_HOOK = re.compile(r'failed calling webhook "([^"]+)"')
POLICY = re.compile(r"ValidatingAdmissionPolicy '([^']+)'.* denied request")
POD_SECURITY = re.compile(r'violates PodSecurity "([^"]+)"')
PRIORITY = re.compile(r"no PriorityClass with name (\S+) was found")

Numbers = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Denial:
    """A refusal: our half sentence, and by which object. `kind` and `name` are as kubectl takes them, "" where it is none."""

    says: str
    kind: str = ""
    name: str = ""
    asked: Mapping[str, str] | None = None
    used: Mapping[str, str] | None = None
    limited: Mapping[str, str] | None = None


def words_of(message: str) -> str:
    """The words without the pod's name, which is another one at each try."""
    return POD_IS.sub(r"\1 is ", PREFIX.sub("", " ".join(message.split())))


def denial(words: str) -> Denial:
    """What refused the pod; where no key word is known, just that something did."""
    return (
        _exceeded(words)
        or _must_specify(words)
        or _limit_range(words)
        or _account(words)
        or _by_name(words)
        or Denial("Kubernetes refuses to make the pod")
    )


def _exceeded(words: str) -> Denial | None:
    found = EXCEEDED.search(words)
    if found is None:
        return None
    asked, used, limited = (pairs(found[number]) for number in (2, 3, 4))
    over = [name for name in asked if _is_over(name, asked, used, limited)] or list(asked)
    parts = ", ".join(_of_quota(name, asked, used, limited) for name in over)
    return Denial(f"quota '{found[1]}' refuses the pod: {parts}", "resourcequota", found[1], asked, used, limited)


def _of_quota(name: str, asked: Mapping[str, str], used: Mapping[str, str], limited: Mapping[str, str]) -> str:
    asks, taken, most = (shown(name, _number(each, name)) for each in (asked, used, limited))
    is_never = _number(asked, name) > _number(limited, name)
    return f"{asks} {name} asked ({f'at most {most} allowed' if is_never else f'{taken} of {most} taken'})"


def _is_over(name: str, asked: Mapping[str, str], used: Mapping[str, str], limited: Mapping[str, str]) -> bool:
    return _number(asked, name) + _number(used, name) > _number(limited, name)


def _number(of: Mapping[str, str], name: str) -> Fraction:
    return amount(of.get(name)) or Fraction()


def pairs(text: str) -> dict[str, str]:
    """`limits.cpu=2,pods=1` as a mapping."""
    found = (each.partition("=") for each in text.strip(",").split(","))
    return {name: value for name, sign, value in found if sign}


def fits(asked: Mapping[str, str], used: Mapping[str, str], hard: Mapping[str, str]) -> bool:
    """Whether a quota has room for what is asked; what it does not limit has."""
    return all(not _is_over(name, asked, used, hard) for name in asked if name in hard)


def _must_specify(words: str) -> Denial | None:
    found = MUST_SPECIFY.search(words)
    if found is None:
        return None
    names = ", ".join(each.partition(" for: ")[0].strip() for each in re.split("[;,]", found[2]))
    return Denial(f"quota '{found[1]}' demands {names} of every pod, and the pod has none", "resourcequota", found[1])


def _limit_range(words: str) -> Denial | None:
    found = LIMIT_RANGE.search(words)
    return Denial(f"a limit range refuses the pod: {words.strip('[]')}", "limitrange") if found else None


def _account(words: str) -> Denial | None:
    found = ACCOUNT.search(words)
    name = (found[1] or found[2]) if found else ""
    return Denial(f"service account '{name}' is not there", "serviceaccount", name) if name else None


def _by_name(words: str) -> Denial | None:
    if found := DENIED_BY.search(words):
        return Denial(f"admission webhook '{found[1]}' denies the pod")
    if found := FAILED_HOOK.search(words):
        return Denial(f"admission webhook '{found[1]}' does not answer, so no pod is let through")
    if found := POLICY.search(words):
        return Denial(f"admission policy '{found[1]}' denies the pod", "validatingadmissionpolicy", found[1])
    if found := POD_SECURITY.search(words):
        return Denial(f"the namespace's Pod Security standard '{found[1]}' forbids the pod")
    if found := PRIORITY.search(words):
        return Denial(f"priority class '{found[1]}' is not there", "priorityclass", found[1])
    return Denial("the namespace is being deleted", "namespace") if "being terminated" in words else None
