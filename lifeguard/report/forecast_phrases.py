"""What is to be expected of a pool's backlog, in one or two sentences. Not escaped yet: each format does that."""

from datetime import UTC, datetime, timedelta

from lifeguard.backlog import Flow
from lifeguard.durations import short
from lifeguard.forecast import Bound, Forecast, Holding, Outlook

SAME_DAY = timedelta(hours=20)
WHOLE_FROM = 10.0
"""Rates from this on are told without a decimal: their error is larger than that."""


def outlook_sentences(forecast: Forecast, now: datetime) -> list[str]:
    """What will become of the backlog, and what would help; nothing where no run is overdue."""
    match forecast.outlook:
        case Outlook.CLEAR:
            return []
        case Outlook.UNSEEN:
            return ["How many runs are overdue could not be seen."]
        case Outlook.UNWATCHED:
            last = f"{forecast.standing.looked_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            return [f"No patrol has looked since {last}, so what will become of the backlog is not known."]
        case _:
            sentences = (f"{_overdue(forecast)}{_course(forecast, now)}.", _way_out(forecast))
            return [sentence for sentence in sentences if sentence]


def _overdue(forecast: Forecast) -> str:
    number = forecast.standing.overdue or 0
    return f"{number:,} run{' is' if number == 1 else 's are'} overdue"


def _course(forecast: Forecast, now: datetime) -> str:
    flow, gone_at = forecast.flow, forecast.gone_at
    if flow is None:
        return "; how fast they start can be told once that was watched for some minutes"
    match forecast.outlook:
        case Outlook.SHRINKS if gone_at:
            return f"; {_rates(flow)}: gone {_when(gone_at, now)}"
        case Outlook.GROWS:
            return f"; {_rates(flow)}: there will be more"
        case Outlook.STANDS_STILL:
            return f", and none has begun since {flow.window.start.astimezone(UTC):%H:%M} UTC"
        case _:
            return f"; {_rates(flow)}: it will stay about so"


def _rates(flow: Flow) -> str:
    if flow.starts is None or flow.arrivals is None:
        change = "fewer" if flow.shrinks > 0 else "more"
        return f"{rate(abs(flow.shrinks))} {change}" if flow.shrinks else "neither more nor fewer of late"
    return f"{rate(flow.starts)} start and {rate(flow.arrivals)} arrive"


def rate(runs_a_minute: float) -> str:
    """Such as `12 a minute`, or by the hour where that would be less than one."""
    if runs_a_minute >= WHOLE_FROM:
        return f"{runs_a_minute:.0f} a minute"
    if runs_a_minute >= 1:
        return f"{runs_a_minute:.1f}".removesuffix(".0") + " a minute"
    an_hour = round(runs_a_minute * 60)
    return f"{an_hour} an hour" if an_hour else "hardly any" if runs_a_minute else "none"


def _when(gone_at: datetime, now: datetime) -> str:
    left = gone_at - now
    if left > SAME_DAY:
        return f"in about {short(left // timedelta(hours=1) * 3600)}"
    return f"by about {gone_at.astimezone(UTC):%H:%M} UTC"


def _way_out(forecast: Forecast) -> str:
    """Of a backlog that stands still the findings tell the cause."""
    holding, within = forecast.holding, short(forecast.target_seconds)
    if holding is None or forecast.outlook is Outlook.STANDS_STILL:
        return ""
    if holding.bound in (Bound.QUEUE_LIMIT, Bound.DEPLOYMENT_LIMIT):
        return _part(holding)
    if not forecast.more:
        return f"All {holding.size} slots of the pool are taken." if holding.bound is Bound.POOL_LIMIT else ""
    help = f"would start all that is overdue now within {within}"
    if holding.bound is Bound.POOL_LIMIT:
        return f"All {holding.size} slots of the pool are taken: {forecast.more} more, and workers for them, {help}."
    return f"No full limit is known: {forecast.more} more workers like the {holding.size} that are there {help}."


def _part(holding: Holding) -> str:
    what = "queue" if holding.bound is Bound.QUEUE_LIMIT else "deployment"
    size = f" of {holding.size}" if holding.size is not None else ""
    return f"The limit{size} of {what} '{holding.name}' is full and holds back its part of them."
