"""Are the block types of ours registered, and can what is saved of them be used?"""

from lifeguard.configuration import ConfigurationError, merged
from lifeguard.installing.asking import found
from lifeguard.installing.deployments_health import install_on
from lifeguard.installing.health import LOOK_CLOSER, Part, Trouble, counted, part
from lifeguard.installing.looking import Looking
from lifeguard.observe.cluster.access_settings import BLOCK_TYPE_SLUG as ACCESS
from lifeguard.observe.cluster.stored_accesses import usable_accesses
from lifeguard.observe.stored_policy import BLOCK_TYPE_SLUG as POLICY
from lifeguard.observe.stored_policy import read_stored_policy
from lifeguard.page.pager_settings import BLOCK_TYPE_SLUG as PAGER
from lifeguard.page.stored_pagers import usable_pagers
from lifeguard.record.place import BLOCK_TYPE_SLUG as HISTORY

BLOCKS = "blocks"
BLOCK_TYPES = (POLICY, HISTORY, PAGER, ACCESS)
MEND = "Mend it in the Prefect UI under Blocks"


async def blocks_part(looking: Looking) -> Part:
    """The types, the policy, the pagers and the clusters; the history's block is looked at with its database.

    Raises `CallFailed`.
    """
    unknown = [slug for slug in BLOCK_TYPES if await found(looking.api, f"block_types/slug/{slug}") is None]
    pagers, complaints = await usable_pagers(looking.api)
    accesses, more_complaints = await usable_accesses(looking.api)
    troubles = [
        Trouble(f"the type {slug} is not registered", install_on([each.name for each in looking.pools]))
        for slug in unknown
    ]
    troubles += [Trouble(complaint.rstrip("."), MEND) for complaint in (*complaints, *more_complaints)]
    troubles += await _policy_troubles(looking)
    clusters = f" and {counted(len(accesses), 'cluster')}" if accesses else ""
    registered = f"{', '.join(BLOCK_TYPES)} are registered"
    return part(BLOCKS, troubles, f"{registered}; {counted(len(pagers), 'pager')}{clusters} saved")


async def _policy_troubles(looking: Looking) -> list[Trouble]:
    stored, missing = await read_stored_policy(looking.api)
    try:
        merged([*stored, *looking.sources])
    except ConfigurationError as error:
        return [Trouble(str(error).rstrip("."), MEND)]
    return [Trouble(f"{each.what} could not be read ({each.reason})", LOOK_CLOSER[0]) for each in missing]
