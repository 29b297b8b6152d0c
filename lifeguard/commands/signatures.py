"""`lifeguard signatures`: what do these logs mean? It asks no server, so that it works on the night when there is none."""

import sys
from collections.abc import Sequence

from lifeguard.commands.log_files import signs_of
from lifeguard.commands.status import Status


def run_signatures(files: Sequence[str], format: str) -> Status:
    """Without files, tell all that is known. 0 nothing known is in them; 1 something is. Raises `ConfigurationError`."""
    if not files:
        _print_known(format)
        return Status.FINE
    signs = signs_of(files)
    if format == "json":
        from lifeguard.report.signs_json import signs_json

        sys.stdout.write(signs_json(files, signs) + "\n")
    else:
        from lifeguard.report.signs_terminal import show_signs
        from lifeguard.report.terminal import standard_output

        show_signs(files, signs, standard_output())
    return Status.FOUND if signs else Status.FINE


def _print_known(format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.signs_json import known_json

        sys.stdout.write(known_json() + "\n")
    else:
        from lifeguard.report.signs_terminal import show_known
        from lifeguard.report.terminal import standard_output

        show_known(standard_output())
