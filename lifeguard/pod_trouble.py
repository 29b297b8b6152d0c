"""What keeps one run's pod from beginning, whoever said it: the form in which Prefect's words and the cluster's meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lifeguard.findings import Evidence

BY_PREFECT, BY_THE_CLUSTER = "Prefect", "the cluster"


@dataclass(frozen=True, slots=True)
class PodTrouble:
    """One run's trouble. `code` is of the catalogue; `words` are Kubernetes' own, one line, without names that change.

    `says` is ours, half a sentence that goes after "N runs of deployment X wait in the cluster: ", such as "their pods ask
    64 CPU, the largest node has 2". `is_over` where the run has ended of it. `evidence` proves it and `remedy` comes first
    among the commands; `seen_by` says who told, since what Prefect told may be over by now and what the cluster says is now.
    """

    run_id: str
    code: str
    says: str
    words: str
    since: datetime | None
    seen_by: str
    is_over: bool = False
    evidence: Evidence = field(default_factory=dict[str, str])
    remedy: tuple[str, ...] = ()


Troubles = Mapping[str, PodTrouble]
"""By the run's id: one run has one trouble, the first that explains it."""
