"""What the block of a cluster access holds, checked the same way when it is saved and when a patrol reads it."""

import re
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from lifeguard.observe.cluster.access import EVERY_POOL, TIMEOUT_SECONDS, Access

BLOCK_TYPE_SLUG = "cluster-access"
CREDENTIALS_SLUG = "kubernetes-credentials"
CREDENTIALS = re.compile(rf"{CREDENTIALS_SLUG}/[a-z0-9][a-z0-9-]*")
NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""A name in DNS, as Kubernetes wants of every namespace (RFC 1123)."""

Namespaces = list[str]


class AccessSettings(BaseModel):
    """One access without its name, which is that of its block. No secret is in it: credentials are a block of their own."""

    pools: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] = Field(
        default=list(EVERY_POOL),
        description="The work pools whose runs have their pods in this cluster, as globs; none but pools of type kubernetes.",
    )
    credentials: str | None = Field(
        default=None,
        description="The block of prefect-kubernetes to read the cluster with, as kubernetes-credentials/NAME. Empty: the "
        "service account of the pod that the patrol runs in, else $KUBECONFIG or ~/.kube/config. Prefect shows the kubeconfig "
        "of a Kubernetes Cluster Config block in clear to everybody who may read blocks: put a token in it that may only get "
        "and list (examples/kubernetes).",
        examples=["kubernetes-credentials/lifeguard"],
    )
    namespaces: Namespaces = Field(
        default=[],
        description="The namespaces of the Jobs of flow runs. Empty: those that the runs name themselves.",
        examples=[["prefect-jobs"]],
    )
    worker_namespaces: Namespaces = Field(
        default=[],
        description="The namespaces of the Deployments that run workers. Empty: the same as those of the Jobs.",
        examples=[["prefect"]],
    )
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=TIMEOUT_SECONDS,
        description="How long one look into this cluster may take in all; what was not read by then is named as not seen.",
    )

    @field_validator("credentials")
    @classmethod
    def _name_a_block(cls, text: str | None) -> str | None:
        """A form that was emptied may send an empty text."""
        if text is None or not text.strip():
            return None
        if not CREDENTIALS.fullmatch(text):
            raise ValueError(f"it should be {CREDENTIALS_SLUG}/NAME as `prefect block ls` shows it")
        return text

    @field_validator("namespaces", "worker_namespaces")
    @classmethod
    def _are_namespaces(cls, names: list[str]) -> list[str]:
        for name in names:
            if not NAMESPACE.fullmatch(name):
                raise ValueError(f"{name!r} cannot be a namespace: `kubectl get namespaces` shows those that there are")
        return list(dict.fromkeys(names))

    def named(self, name: str) -> Access:
        """The access of a block with this name."""
        return Access(
            name,
            tuple(self.pools),
            self.credentials,
            tuple(self.namespaces),
            tuple(self.worker_namespaces),
            self.timeout_seconds,
        )
