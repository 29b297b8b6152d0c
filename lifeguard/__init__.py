"""Lifeguard watches Prefect work pools: it says why a run is not starting, and tells somebody."""
