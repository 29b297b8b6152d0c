"""Doing what `lifeguard fix` planned: each step is looked at just before it, and read back just after it."""
