"""Prefect servers of 20, 200 and 2,000 pools: their rows, and how they are brought into a real server's database."""
