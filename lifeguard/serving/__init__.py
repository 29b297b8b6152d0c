"""Serving the deployments of prefect.yaml from one process, for servers that have no pool that would run them."""
