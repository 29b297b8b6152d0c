"""The limit: five queries in the server's own database, which a patrol is not let into."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.patrol.seen import Seen

QUERIES = {
    "pools": "SELECT id, name, type, status, is_paused, concurrency_limit FROM work_pool",
    "queues": "SELECT id, work_pool_id, name, status, is_paused, last_polled FROM work_queue",
    "workers": "SELECT work_pool_id, name, status, last_heartbeat_time FROM worker",
    "late": "SELECT d.work_queue_id, count(*), min(r.expected_start_time) FROM flow_run r JOIN deployment d "
    "ON d.id = r.deployment_id WHERE r.state_type = 'SCHEDULED' AND r.state_name = 'Late' GROUP BY 1",
    "active": "SELECT work_queue_id, state_type, count(*) FROM flow_run WHERE state_type IN ('PENDING', 'RUNNING') "
    "GROUP BY 1, 2",
}


async def see(api_url: str, database_url: str) -> Seen:
    """Ask no API at all."""
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        rows = {what: (await connection.execute(text(query))).all() for what, query in QUERIES.items()}
    await engine.dispose()
    return Seen(len(QUERIES), 0, len(rows["workers"]), sum(row[1] for row in rows["late"]))
