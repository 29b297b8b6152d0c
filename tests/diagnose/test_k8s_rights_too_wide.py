"""k8s-rights-too-wide: what credentials may do beyond looking, and that nobody is accused of what everybody may do."""

import pytest

from lifeguard.cluster import Right
from lifeguard.cluster_rights import NEEDS
from lifeguard.diagnose.k8s_rights_too_wide import k8s_rights_too_wide
from lifeguard.findings import Finding
from tests import builders as b
from tests import worker_deployments as w

READ = ("get", "list")
NEEDED = tuple(Right("prefect", READ, (need.group,), (need.resource,)) for need in NEEDS)
EVERYBODYS = (
    Right("prefect", ("create",), ("authorization.k8s.io",), ("selfsubjectaccessreviews", "selfsubjectrulesreviews")),
    Right("prefect", ("create",), ("authentication.k8s.io",), ("selfsubjectreviews",)),
    Right("prefect", ("get", "list", "watch"), ("certificates.k8s.io",), ("clustertrustbundles",)),
)


def found(*rights: Right) -> list[Finding]:
    """What the check says of an access with the rights that it needs, those of everybody, and these."""
    return k8s_rights_too_wide(b.scene(w.snapshot(w.cluster(rights=[*NEEDED, *EVERYBODYS, *rights]))))


@pytest.mark.parametrize(
    ("right", "severity", "words"),
    [
        (Right("prefect", READ, ("",), ("secrets",)), "warning", "may do more than look: read secrets"),
        (Right("prefect", ("delete", "get"), ("",), ("pods",)), "warning", "may do more than look: delete pods"),
        (Right("prefect", ("get",), ("",), ("pods/exec",)), "warning", "may do more than look: use pods/exec"),
        (Right("prefect", ("*",), ("*",), ("*",)), "warning", "may do more than look: do anything with everything"),
        (Right("prefect", READ, ("*",), ("*",)), "warning", "may do more than look: read everything"),
        (Right("prefect", ("get",), ("",), ("pods/log",)), "info", "may read more than is needed: read pods/log"),
    ],
    ids=lambda each: each.resources[0] if isinstance(each, Right) else "",
)
def test_the_title_says_what_is_too_much(right: Right, severity: str, words: str) -> None:
    (finding,) = found(right)
    assert (finding.severity, finding.title) == (severity, f"The credentials of cluster access 'prod' {words}")


def test_the_rights_that_are_needed_and_those_of_everybody_are_no_finding() -> None:
    assert found() == []


def test_watching_what_may_be_listed_is_tolerated() -> None:
    assert found(Right("prefect", ("get", "list", "watch"), ("",), ("pods",))) == []


def test_rights_that_were_not_asked_for_are_not_wide() -> None:
    assert k8s_rights_too_wide(b.scene(w.snapshot(w.cluster()))) == []


def test_the_harmful_is_told_first_and_namespaces_together() -> None:
    wide = [Right(name, READ, ("",), (kind,)) for name in ("a", "b") for kind in ("configmaps", "secrets")]
    (finding,) = found(*wide)
    told = [finding.evidence[key] for key in ("right_1", "right_2")]
    assert told == ["get, list on secrets in a, b", "get, list on configmaps in a, b"]
