"""Lines that the real programs wrote; the first line of each file says which program, and in which trouble."""

from pathlib import Path

LINES = Path(__file__).parent / "lines"


def recorded(name: str) -> list[str]:
    """The lines of one file."""
    return (LINES / f"{name}.log").read_text().splitlines()[1:]


def every_recording() -> list[str]:
    """The names of all files."""
    return sorted(path.stem for path in LINES.glob("*.log"))
