"""The short texts of a review of settings. They are not escaped yet: each format does that itself."""

from lifeguard.report.phrases import value_text
from lifeguard.review.outcome import Changed, Review

COLUMNS = ("Setting", "Value", "Prefect's default", "Of")


def headline(review: Review) -> str:
    """Which server was asked, and at what price."""
    server = review.snapshot.server
    who = "Prefect Cloud" if server.is_cloud else f"Prefect {server.version or '(version unknown)'}"
    return f"{who} at {server.api_url}: {review.read} of its settings read, {review.snapshot.api_calls} API calls"


def cells(changed: Changed) -> tuple[str, ...]:
    """One row, in the order of `COLUMNS`."""
    whose = "the server" if changed.is_server else "this process"
    return changed.path, value(changed.value), value(changed.default), whose


def value(told: object) -> str:
    """A value, or that there is none."""
    return "not set" if told in (None, "") else value_text(told)


def verdict(review: Review) -> str:
    """How much is risky; what was not read is never fine."""
    number = len(review.findings)
    found = "Nothing" if not number else "1 setting" if number == 1 else f"{number} settings"
    rest = "" if review.is_complete else " Not everything was seen, so this is not all."
    return f"{found} {'are' if number > 1 else 'is'} risky for this estate.{rest}"
