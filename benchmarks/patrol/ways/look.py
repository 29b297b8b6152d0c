"""All that `lifeguard check` does, but for printing: a look that knows nothing of an earlier one."""

from dataclasses import asdict

from benchmarks.patrol import given
from benchmarks.patrol.seen import Seen
from benchmarks.patrol.stages import Stages
from lifeguard.configuration import Source
from lifeguard.judgement import Judgement, judge
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.policy import Policy

UNBOUND = {"call_ceiling": 1_000_000, "request_timeout_seconds": 120, "look_within_seconds": 540}


async def see(api_url: str, database_url: str) -> Seen:
    """Look at everything, whatever it costs."""
    return (await looked(api_url))[0]


async def looked(api_url: str, memory: Memory = NOTHING_KNOWN, *, on_patrol: bool = False) -> tuple[Seen, Memory]:
    """Look with what an earlier look left, paced where it is on patrol; what this one leaves."""
    async with Api(Connection(api_url), Policy.model_validate(UNBOUND)) as api:
        stages = Stages(api, given.server_process())
        judgement = await judge(
            api, [Source("the benchmark", UNBOUND)], tell=stages.hear, memory=memory, on_patrol=on_patrol
        )
        return _seen(judgement, api, stages), judgement.snapshot.memory


def _seen(judgement: Judgement, api: Api, stages: Stages) -> Seen:
    snapshot, prices = judgement.snapshot, api.prices
    return Seen(
        snapshot.api_calls,
        sum(price.received_bytes for price in prices.values()),
        sum(map(len, snapshot.workers.values())),
        sum(run.state_name == "Late" for run in snapshot.waiting),
        {kind: asdict(price) for kind, price in prices.items()},
        sorted(f"{f.fingerprint} {f.severity.value} {len(f.run_ids)} {f.caused_by}" for f in judgement.findings),
        stages.ended(),
    )
