"""The block `cluster-access`: which Kubernetes cluster has the pods of which work pools. Save one for each cluster."""

from prefect.blocks.core import Block
from pydantic import ConfigDict, HttpUrl

from lifeguard.observe.cluster.access_settings import BLOCK_TYPE_SLUG, AccessSettings


class ClusterAccess(AccessSettings, Block):
    """One cluster that patrols look into, with no more than get and list; its block's name is the cluster's.

    Without one, no cluster is ever asked. The credentials that it names are shown in clear by Prefect's API: make them
    read-only.
    """

    _block_type_name = "Cluster Access"
    _block_type_slug = BLOCK_TYPE_SLUG
    _description = (
        "A Kubernetes cluster that prefect-lifeguard looks into: for which work pools, and with which credentials. Prefect "
        "shows the kubeconfig of a Kubernetes Cluster Config block in clear to everybody who may read blocks: use a token "
        "that may only get and list."
    )
    _documentation_url = HttpUrl("https://github.com/example/prefect-lifeguard")
    _logo_url = HttpUrl(
        "https://raw.githubusercontent.com/example/prefect-lifeguard/main/docs/logos/cluster_access.png"
    )

    model_config = ConfigDict(extra="ignore")
