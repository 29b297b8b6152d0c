"""All that `lifeguard check` does, but for printing."""

from dataclasses import asdict

from benchmarks.patrol.seen import Seen
from lifeguard.configuration import Source
from lifeguard.judgement import judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.policy import Policy

UNBOUND = {"call_ceiling": 1_000_000, "request_timeout_seconds": 120, "look_within_seconds": 540}


async def see(api_url: str, database_url: str) -> Seen:
    """Look at everything, whatever it costs."""
    return await seen_by_a_look(api_url, on_patrol=False)


async def seen_by_a_look(api_url: str, *, on_patrol: bool) -> Seen:
    """The same, paced or not."""
    async with Api(Connection(api_url), Policy.model_validate(UNBOUND)) as api:
        judgement = await judge(api, [Source("the benchmark", UNBOUND)], on_patrol=on_patrol)
        prices = api.prices
    seen = judgement.snapshot
    return Seen(
        seen.api_calls,
        sum(price.received_bytes for price in prices.values()),
        sum(map(len, seen.workers.values())),
        sum(run.state_name == "Late" for run in seen.waiting),
        {kind: asdict(price) for kind, price in prices.items()},
        sorted(f"{f.fingerprint} {f.severity.value} {len(f.run_ids)} {f.caused_by}" for f in judgement.findings),
    )
