"""A client of Kubernetes for an access: from a block of prefect-kubernetes where it names one, else from where we run.

Imported only where there is an access, since the client takes two seconds to import. The block is followed as its own
`KubernetesClusterConfig.get_api_client` does (prefect-kubernetes 0.8.0), without that package, which takes a second more.
`KubernetesCredentials.get_client` would also set the client's process-wide default, which is not ours to set.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from kubernetes_asyncio import config as untyped_config
from kubernetes_asyncio.client import ApiClient, Configuration

from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.unreadable import Unreadable
from lifeguard.observe.stored_block import place_of, stored_block

kubernetes_config: Any = untyped_config
KUBECONFIG = "KUBECONFIG"
DEFAULT_KUBECONFIG = Path("~/.kube/config")
UNUSABLE = (untyped_config.ConfigException, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, OSError)
"""What the client's loader raises for a kubeconfig that it cannot follow; its words may quote the file, tokens too."""


async def kubeconfig_of(api: Api, access: Access) -> Mapping[str, Any] | None:
    """What the access's block of prefect-kubernetes holds; None where it names none, or one without a kubeconfig.

    Raises `Unreadable`.
    """
    if access.credentials is None:
        return None
    slug, _, name = access.credentials.partition("/")
    try:
        held = await stored_block(api, slug, name, with_secrets=True)
    except CallFailed as failure:
        raise Unreadable(f"{place_of(slug, name)} could not be read ({failure.reason})") from None
    if held is None:
        raise Unreadable(f"{place_of(slug, name)} does not exist: `prefect block ls` shows those that do")
    return held.get("cluster_config")


async def client_for(access: Access, kubeconfig: Mapping[str, Any] | None) -> ApiClient:
    """A client, to be closed; it asks the cluster nothing yet, but may ask a plugin for a token. Raises `Unreadable`."""
    return await (_from_block(access, kubeconfig) if kubeconfig else _from_here())


async def _from_block(access: Access, kubeconfig: Mapping[str, Any]) -> ApiClient:
    slug, _, name = (access.credentials or "").partition("/")
    try:
        held, context = kubeconfig["config"], kubeconfig["context_name"]
        config = yaml.safe_load(held) if isinstance(held, str) else held
        return await kubernetes_config.new_client_from_config_dict(config_dict=config, context=context)
    except UNUSABLE:
        raise Unreadable(
            f"the kubeconfig behind {place_of(slug, name)} cannot be used: see that `kubectl` can, and save it again"
        ) from None


async def _from_here() -> ApiClient:
    configuration = cast(Configuration, type.__call__(Configuration))
    try:
        kubernetes_config.load_incluster_config(client_configuration=configuration)
    except untyped_config.ConfigException:
        await _load_file(configuration)
    return ApiClient(configuration=configuration)


async def _load_file(configuration: Configuration) -> None:
    """As kubectl does; a token that a plugin renews is not written back into the file."""
    file = os.environ.get(KUBECONFIG) or str(DEFAULT_KUBECONFIG.expanduser())
    try:
        await kubernetes_config.load_kube_config(
            config_file=file, client_configuration=configuration, persist_config=False
        )
    except UNUSABLE:
        raise Unreadable(
            f"there are no credentials here: no service account of a pod, and no usable kubeconfig at {file}; name a block "
            "kubernetes-credentials/NAME in the access"
        ) from None
