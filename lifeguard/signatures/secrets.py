"""A line of a log that may be shown: no password, key or address of a database in it, short, and all of it visible."""

import re

from lifeguard.escaping import shortened, visible

EXAMPLE_LENGTH = 300
BLOT = "•••"

DATABASE_URL = re.compile(r"\b((?:postgres(?:ql)?|sqlite|mysql|redis|rediss|amqps?|mongodb)(?:\+\w+)?)://[^\s'\"<>]*")
LOGIN_IN_URL = re.compile(r"(://)[^\s/'\"@]*@")
AUTHORIZATION = re.compile(r"\b(Basic|Bearer)\s+[\w.~+/=-]{4,}", re.IGNORECASE)
PREFECT_KEY = re.compile(r"\bpn[ub]_\w+")
NAMED = re.compile(
    r"(?P<name>[\w-]*(?:password|passwd|secret|token|api[_-]?key|auth[_-]?string|connection[_-]?url|dsn)\w*)"
    r"(?P<between>['\"]?\s*[=:]\s*)(?P<value>'[^']*'?|\"[^\"]*\"?|[^\s,;&]+)",
    re.IGNORECASE,
)


def blotted(line: str) -> str:
    """The line without what nobody else should read: which database it is, is told by its kind only."""
    line = DATABASE_URL.sub(rf"\1://{BLOT}", line)
    line = LOGIN_IN_URL.sub(rf"\1{BLOT}@", line)
    line = AUTHORIZATION.sub(rf"\1 {BLOT}", line)
    line = PREFECT_KEY.sub(BLOT, line)
    return NAMED.sub(rf"\g<name>\g<between>{BLOT}", line)


def example_of(line: str) -> str:
    """The line as it is shown."""
    return shortened(visible(blotted(line.strip())), EXAMPLE_LENGTH)
