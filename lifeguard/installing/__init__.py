"""Putting Lifeguard up on a Prefect server, saying whether all of it is well, and taking it down again."""
