"""The page docs/signatures.md, made of the signatures themselves: `python -m lifeguard.signatures.document` prints it."""

import sys

from lifeguard.signatures.known import SIGNATURES, Signature

HEAD = """\
# Signatures

Lines of logs that Lifeguard knows, what they mean, and the [cause](causes.md) that each leads to. `lifeguard signatures FILE`
finds them and says what to do; it needs no server. A worker's reasons stand in its own output only: Prefect's server keeps the
logs of flow runs. [examples/worker-logging](../examples/worker-logging/README.md) makes workers keep a file.

`lifeguard check --log FILE` sets what a log says beside what the API shows. By itself a log is a warning at most, and a note
when it is older than an hour; where nobody has worked on the pool since, or the API answers with errors now, it is the cause.
A signature that is no proof fits other causes too, and is only a note. Causes that the API shows by itself are not found by a
log: of such lines only `lifeguard signatures` and `lifeguard why` tell what they mean.

This page is made of the code by `python -m lifeguard.signatures.document`; a test holds the two together.

| signature | cause | what it means | where such lines are | proof |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"{_row(signature)}\n" for signature in SIGNATURES)


def _row(signature: Signature) -> str:
    """The pattern stands beneath the key: it is what a line is searched for."""
    pattern = signature.pattern.pattern.replace("|", "\\|").replace("`", "")
    named = f"{signature.key}<br>`{pattern}`"
    proof = "yes" if signature.is_proof else "no"
    return f"| {named} | `{signature.code}` | {signature.means} | {', '.join(signature.seen)} | {proof} |"


if __name__ == "__main__":
    sys.stdout.write(page())
