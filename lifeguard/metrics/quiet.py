"""What the exporter and its HTTP client log is listened to and not passed on: it may quote a header or an address."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

TALKATIVE = ("opentelemetry", "urllib3", "requests")


@dataclass(slots=True)
class Heard:
    """What was logged meanwhile, which stays here, and the status of the last HTTP answer, if there was one."""

    lines: list[str] = field(default_factory=list[str], repr=False)
    status: int | None = None

    @property
    def reason(self) -> str:
        """Why it failed, in words that hold no address and no header."""
        if self.status is not None:
            return f"HTTP {self.status}"
        said = " ".join(self.lines).lower()
        if "refused" in said:
            return "the connection was refused"
        if "certificate" in said or "ssl" in said:
            return "the TLS certificate is not accepted"
        return "the host name cannot be resolved" if "resolve" in said else "no answer in time"


class _Ear(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line to oneself."""
        self._heard.lines.append(record.getMessage())


@contextmanager
def quiet() -> Generator[Heard, None, None]:
    """Hear these loggers instead of everybody else, until the block ends."""
    heard = Heard()
    ear, loggers = _Ear(heard), [logging.getLogger(name) for name in TALKATIVE]
    before = [(logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(ear)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
    try:
        yield heard
    finally:
        for logger, (propagates, level) in zip(loggers, before, strict=True):
            logger.removeHandler(ear)
            logger.setLevel(level)
            logger.propagate = propagates
