"""Real workers: `prefect worker start`, each a process of its own, quick to poll and quick to be missed."""

from pathlib import Path

from lifeguard.demo.processes import Gate, Process, Processes

HEARTBEAT_SECONDS = 2
QUERY_SECONDS = 2
IMPORTS = ("prefect.cli", "prefect.cli.worker", "prefect.workers.process")


def start_worker(
    processes: Processes, api_url: str, pool: str, name: str, *options: str, gate: Path | None = None
) -> Process:
    """Start a worker of the type process; with a gate it gets ready, and begins when that file is there."""
    return processes.start(
        name,
        *("worker", "start", "--pool", pool, "--type", "process", "--name", name, *options),
        settings={
            "PREFECT_API_URL": api_url,
            "PREFECT_WORKER_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS),
            "PREFECT_WORKER_QUERY_SECONDS": str(QUERY_SECONDS),
        },
        gate=Gate(gate, IMPORTS) if gate else None,
    )
