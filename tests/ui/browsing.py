"""Prefect's own UIs in a real browser: Chromium of the system, without a screen. Nothing outside of the server is asked."""

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route, sync_playwright

SCREENSHOTS = Path(__file__).parents[2] / ".ci" / "screenshots"
WAIT_MILLISECONDS = 60_000
NOT_OURS = "Failed to load resource"
"""Fonts, pictures and hints from outside, which no test may load; what our pages lack, other assertions see."""

UI = Literal["v1", "v2"]
THEMES: Sequence[Literal["light", "dark"]] = ("light", "dark")
HOLDS_ALL = "texts => texts.every(text => document.body.innerText.includes(text))"
THEME_OF_V1 = "theme => document.documentElement.className = theme"
"""The older UI keeps its theme in a class of the page, and begins with the dark one (Prefect 3.9.1)."""


def chromium() -> str | None:
    """The browser of this machine, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browser() -> Generator[BrowserContext, None, None]:
    """One browser for many pages, which keeps what the UIs are made of."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], timeout=WAIT_MILLISECONDS
        )
        context = running.new_context(viewport={"width": 1280, "height": 1600})
        context.set_default_timeout(WAIT_MILLISECONDS)
        yield context
        running.close()


@dataclass
class Seen:
    """What a reader sees of an artifact, and what the browser complained of."""

    text: str = ""
    pictures: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    links: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])


def read(browser: BrowserContext, url: str, wanted: Sequence[str], ui: UI, name: str) -> Seen:
    """Open a page, wait for these texts in it, keep a screenshot in each theme, and say what is there."""
    seen = Seen()
    page = browser.new_page()
    page.on("console", lambda message: _note(message, seen))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.route(lambda asked: urlsplit(asked).hostname not in (urlsplit(url).hostname, None), _refuse)
    page.goto(url)
    page.wait_for_function(HOLDS_ALL, arg=list(wanted), timeout=WAIT_MILLISECONDS)
    _look(page, seen)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.evaluate(THEME_OF_V1 if ui == "v1" else "theme => theme", theme)
        page.screenshot(path=SCREENSHOTS / f"{name}-{ui}-{theme}.png")
    page.close()
    return seen


def led_astray(seen: Seen) -> list[str]:
    """Links to where no reader should be led: the hosts of hostile names, and mail."""
    hosts = {link: urlsplit(link).hostname or "" for link in seen.links}
    return [link for link, host in hosts.items() if link.startswith("mailto:") or host.endswith("invalid")]


def _look(page: Page, seen: Seen) -> None:
    page.wait_for_function("[...document.images].every(image => image.complete)", timeout=WAIT_MILLISECONDS)
    seen.text = page.inner_text("body")
    pictures: list[list[Any]] = page.evaluate("[...document.images].map(i => [i.src.slice(0, 18), i.naturalWidth])")
    seen.pictures = [(str(source), int(width)) for source, width in pictures]
    seen.links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)")


def _note(message: ConsoleMessage, seen: Seen) -> None:
    if message.type == "error" and NOT_OURS not in message.text:
        seen.complaints.append(message.text)


def _refuse(route: Route) -> None:
    route.abort()
