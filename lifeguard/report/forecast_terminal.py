"""What is to be expected of one pool, for a person who looks at its history."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.forecast import Forecast
from lifeguard.report.forecast_phrases import outlook_sentences


def show_forecast(forecast: Forecast, now: datetime, console: Console) -> None:
    """Print it; nothing where no run is overdue."""
    sentences = outlook_sentences(forecast, now)
    if sentences:
        console.print()
        console.print(Text("What to expect", style="bold"))
    for sentence in sentences:
        console.print(Text(visible(sentence)), soft_wrap=True)
