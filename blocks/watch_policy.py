"""The block `watch-policy`: the policy, saved on the Prefect server, so that every patrol judges by the same one."""

from prefect.blocks.core import Block
from pydantic import ConfigDict, HttpUrl

from lifeguard.policy import Policy


class WatchPolicy(Policy, Block):
    """What Lifeguard counts as a problem. Saved under the name `lifeguard`, it is read by every look."""

    _block_type_name = "Watch Policy"
    _block_type_slug = "watch-policy"
    _description = "Thresholds of prefect-lifeguard: what is a problem, what to leave out, and what a look may cost."
    _documentation_url = HttpUrl("https://github.com/example/prefect-lifeguard")
    _logo_url = HttpUrl("https://raw.githubusercontent.com/example/prefect-lifeguard/main/docs/logos/watch_policy.png")

    model_config = ConfigDict(extra="ignore", frozen=False)
