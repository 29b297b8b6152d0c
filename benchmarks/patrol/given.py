"""What a look is told of its surroundings by the process that measures it, through its environment."""

import os
from pathlib import Path

SERVER, MEMORY = "LIFEGUARD_BENCHMARK_SERVER", "LIFEGUARD_BENCHMARK_MEMORY"


def server_process() -> int:
    """The group of the server's processes."""
    return int(os.environ[SERVER])


def memory_folder() -> Path:
    """Where patrols keep what they remember, from look to look."""
    return Path(os.environ[MEMORY])
