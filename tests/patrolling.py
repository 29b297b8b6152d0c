"""What the flow `patrol` does, without its flow run: look, ask what became of the pages, remember, tell."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from uuid import uuid4

import anyio

from lifeguard.changing import with_what_changed
from lifeguard.configuration import local_sources, merged
from lifeguard.judgement import judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.page.whom import whom_to_page
from lifeguard.proving import proven
from lifeguard.record.keep import Kept, keep
from lifeguard.telling import tell
from tests.remembering import PATIENT, TELL_AT_ONCE

AT_ONCE = {**TELL_AT_ONCE, "LIFEGUARD_CRITICAL_RECOVERY_SECONDS": "0", "LIFEGUARD_WARNING_RECOVERY_SECONDS": "0"}


def patrolled(api_url: str, home: Path, environment: Mapping[str, str] = AT_ONCE) -> Kept:
    """One patrol whose history is a file of `home`; what it found and changed. Raises `CallFailed` where it told nobody."""
    environment = {**PATIENT, **environment}

    async def once() -> Kept:
        patrol_id = str(uuid4())
        sources = local_sources(None, environment)
        async with Api(Connection(api_url), merged(sources)) as api:
            judgement, whom = await judge(api, sources, on_patrol=True), await whom_to_page(api)
            kept = await keep(api, judgement, patrol_id, environment, home, partial(proven, api, whom))
            kept = await with_what_changed(api, kept)
            await tell(api, kept.judgement, kept.changes, kept.database, whom, patrol_id, kept.what_changed)
            return kept

    return anyio.run(once)
