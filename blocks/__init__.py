"""Configuration that is saved on the Prefect server, and nothing else."""
