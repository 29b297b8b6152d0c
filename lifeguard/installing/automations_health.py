"""Are the automations that page armed, as they are declared, and none of them switched off?"""

from lifeguard.installing.arming import explain_deployment_id
from lifeguard.installing.health import Part, Trouble, part
from lifeguard.installing.looking import Looking
from lifeguard.page.automations import declared
from lifeguard.page.reconcile import ours, plan
from lifeguard.page.rule_parts import Armed
from lifeguard.page.stored_pagers import notification_id, usable_pagers

AUTOMATIONS = "automations"
ARM = "lifeguard arm"
ADD_A_PAGER = "lifeguard arm --pager slack-webhook/NAME"


async def automations_part(looking: Looking) -> Part:
    """Compare what the saved pagers need with what is there; raises `CallFailed`."""
    pagers, _ = await usable_pagers(looking.api)
    if not pagers:
        return Part(AUTOMATIONS, False, "nobody is paged, as no pager is saved", (ADD_A_PAGER,))
    armed = [Armed(pager, await notification_id(looking.api, pager)) for pager in pagers]
    rules = declared(armed, explain_deployment_id=await explain_deployment_id(looking.api))
    what = plan(rules, await ours(looking.api))
    differing = (
        (len(what.create), "missing"),
        (len(what.update), "not as declared"),
        (len(what.delete), "not needed any more"),
    )
    troubles = [Trouble(f"{count} {how}", ARM) for count, how in differing if count]
    troubles += [
        Trouble(f"{each['name']} is switched off", f"prefect automation resume --id {each['id']}")
        for each in what.disabled
    ]
    return part(AUTOMATIONS, troubles, f"{len(rules)} page through {', '.join(pager.name for pager in pagers)}")
