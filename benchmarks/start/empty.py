"""A flow that does nothing: what Prefect itself costs."""

from prefect import flow


@flow(name="empty", persist_result=False)
def empty() -> None:
    """Nothing."""
