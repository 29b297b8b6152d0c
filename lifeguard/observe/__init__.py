"""The only place that talks to Prefect's API. One file per resource; everything it returns is a fact."""
