"""`lifeguard page --test`: a test message through every pager, and whether the server says that it was sent."""

import os

from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.escaping import visible
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.page.pagers import Pager
from lifeguard.page.stored_pagers import read_pagers
from lifeguard.page.trial import LIMIT_SECONDS, Fate, Trial, tried
from lifeguard.report.terminal import standard_output

WORDS = {
    Fate.EXECUTED: "{pager}: the server sent it through {notification}.",
    Fate.FAILED: "{pager}: the server could not send it through {notification} ({reason}); mend that block in the Prefect "
    "UI under Blocks.",
    Fate.NO_WORD: "{pager}: the rule fired, but within {limit:g} s the server did not say that {notification} took it; of a "
    "custom webhook that fails it never says so: look at its address and at what receives it.",
    Fate.NOT_FIRED: "{pager}: its rule did not fire within {limit:g} s: look in the server's log whether its triggers work.",
    Fate.NOT_ARMED: "{pager}: it is not armed, and nothing was sent: run `lifeguard arm`.",
    Fate.SWITCHED_OFF: "{pager}: its rule is switched off, and nothing was sent: switch it on in the Prefect UI under "
    "Automations.",
}


def run_page_test(name: str | None) -> Status:
    """Test one pager or all that are saved; 0 when each was sent. Raises `ConfigurationError` where there is none."""
    return run_async(_test, name)


async def _test(name: str | None) -> Status:
    async with Api(connection_from_prefect(), merged(local_sources(None, os.environ))) as api:
        try:
            pagers = _chosen(await read_pagers(api), name, api.connection.shown_url)
            with progress() as tell:
                tell(f"waiting up to {LIMIT_SECONDS:g} s for what the server says")
                trials = await tried(api, pagers, utc_now())
        except CallFailed as failure:
            complain(
                f"{api.connection.shown_url} did not take or tell of the test ({failure.reason}): `lifeguard check`."
            )
            return Status.COULD_NOT_LOOK
    for trial in trials:
        _tell(trial)
    return Status.FINE if all(trial.fate is Fate.EXECUTED for trial in trials) else Status.COULD_NOT_LOOK


def _chosen(saved: list[Pager], name: str | None, shown_url: str) -> list[Pager]:
    chosen = [pager for pager in saved if name in (None, pager.name)]
    if chosen:
        return chosen
    if not saved:
        raise ConfigurationError(
            f"No pager is saved on {shown_url}: `lifeguard arm --pager slack-webhook/oncall` saves one."
        )
    raise ConfigurationError(
        f"There is no pager {visible(name or '')!r}: there is {', '.join(each.name for each in saved)}."
    )


def _tell(trial: Trial) -> None:
    """What went well is the result; what did not is a complaint."""
    sentence = WORDS[trial.fate].format(
        pager=trial.pager.name,
        notification=trial.pager.notification,
        reason=trial.reason,
        limit=LIMIT_SECONDS,
    )
    if trial.fate is Fate.EXECUTED:
        standard_output().print(sentence, soft_wrap=True, markup=False, highlight=False)
    else:
        complain(sentence)
