"""The Deployments of workers in one namespace, their pods, and whether anything scales them: three calls, however many."""

from lifeguard.cluster import RUN_LABEL
from lifeguard.observe.cluster.picture import Picture
from lifeguard.observe.cluster.worker_deployments import selector_of_pods, worker_deployment

OF_WORKERS = ("deployments", "horizontalpodautoscalers")
NOT_OF_RUNS = f"!{RUN_LABEL}"


async def look_at_workers(picture: Picture, namespace: str) -> None:
    """Read the Deployments of workers; their pods apart from those of runs, of which there may be thousands."""
    rows = [row for row in await picture.read("deployments", namespace) if worker_deployment(row)]
    if rows:
        await picture.read("pods", namespace, ",".join(filter(None, (NOT_OF_RUNS, selector_of_pods(rows)))))
        await picture.read("horizontalpodautoscalers", namespace)
    picture.finish(OF_WORKERS, namespace)
