"""What each command does. `lifeguard.cli` only reads their options, so that `--help` imports none of this."""
