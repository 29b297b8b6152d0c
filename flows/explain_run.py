"""Why has this run not begun? On demand from the Prefect UI, and by an automation when many runs of one pool are late.

The answer is an artifact under the key of the run, `lifeguard-why-` and its id, and the sentence that this run ends with.
"""

import os

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.settings import get_current_settings
from prefect.states import Completed, Failed

from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.escaping import visible
from lifeguard.explaining import explained, settled
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.wanted_run import longest_waiting, wanted_run
from lifeguard.report.shelf import Author, write_artifact
from lifeguard.report.why_markdown import why_artifact


@flow(name="explain_run", description=__doc__, persist_result=False, timeout_seconds=300)
async def explain_run(run: str = "") -> State[None]:
    """Explain a run, by its id, its name or the address of its page; without one, the run that waits longest of all."""
    sources = local_sources(None, os.environ)
    try:
        async with Api(connection_from_prefect(), merged(sources)) as api:
            look, snapshot = await settled(api, sources)
            found = await (wanted_run(api, run) if run else longest_waiting(api, None, None, None))
            if found is None:
                return Completed(message="No run waits: none is Scheduled or Pending.")
            explanation = await explained(api, look, snapshot, found, os.environ, get_current_settings().home)
            await write_artifact(api, why_artifact(explanation), Author(flow_run.id), {})
    except ConfigurationError as reason:
        return Failed(message=str(reason))
    except CallFailed as failure:
        return Failed(message=f"The run could not be explained: the server answers {failure.reason}; run this again.")
    for step in explanation.next:
        get_run_logger().info("next: %s", visible(step))
    return Completed(message=explanation.headline)


if __name__ == "__main__":
    import anyio

    anyio.run(explain_run)
