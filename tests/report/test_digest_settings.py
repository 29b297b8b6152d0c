"""The digest names the first risky settings with their variables, is silent where there are none, and hides no failure."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lifeguard.digest import Digest
from lifeguard.findings import Finding
from lifeguard.history import History
from lifeguard.report.digest_markdown import digest_page
from lifeguard.report.digest_settings import settings_section
from lifeguard.review.desk import risky, risky_here
from lifeguard.review.outcome import Review
from lifeguard.snapshot import SERVER_SETTINGS, Missing, Snapshot
from tests import builders as b
from tests.report.boards import EVIL, HOSTILE
from tests.report.ui_markdown import headings, links, text_of

UNTOLD = Missing(SERVER_SETTINGS, "HTTP 404", essential=False)


def a_review(findings: Sequence[Finding] = (), seen: Snapshot | None = None) -> Review:
    return Review(seen or b.snapshot(), tuple(findings), (), 34, ())


def setting(path: str = "server.api.default_limit", title: str = "Pages hold 1,000 rows") -> Finding:
    return risky(path, 1000, title, ("set it",))


def text(review: Review | str | None) -> str:
    return str(digest_page(Digest(History(b.API_URL, b.ago(86_400), b.NOW)), review).data)


def test_each_risky_setting_is_one_line_with_its_variable_and_the_first_five_are_told() -> None:
    old = risky_here("PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS", "(set)", "It is an old name", ("use the new one",))
    told = text_of(text(a_review([old, *(setting(f"server.part.{number}") for number in range(6))])))
    section = told.partition("Settings\n")[2].splitlines()
    assert section[:3] == [
        "7 settings are risky for this estate. What to do: lifeguard settings",
        "PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS: It is an old name",
        "PREFECT_SERVER_PART_0: Pages hold 1,000 rows",
    ]
    assert section[5:7] == ["PREFECT_SERVER_PART_3: Pages hold 1,000 rows", "and 2 more"]


@pytest.mark.parametrize("review", [None, a_review()])
def test_where_nothing_is_risky_nothing_is_said(review: Review | None) -> None:
    assert "Settings" not in headings(text(review))


def test_settings_that_could_not_be_read_are_said_to_be_so_in_one_line() -> None:
    unseen = a_review(seen=b.snapshot(missing=[UNTOLD]))
    assert settings_section("HTTP 500")[1:] == ["Not known: Prefect's settings could not be reviewed (HTTP 500)."]
    assert settings_section(unseen)[1:] == [
        "Not known: nothing risky was found, but not everything was seen (server settings: HTTP 404). Look again: "
        "`lifeguard settings`"
    ]


def test_what_was_found_in_a_part_is_told_with_that_it_is_a_part() -> None:
    told = text_of(text(a_review([setting()], b.snapshot(missing=[UNTOLD]))))
    assert "1 setting is risky for this estate. Not everything was seen, so this is not all." in told


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_and_no_reason_becomes_a_link_or_an_image(name: str) -> None:
    found = replace(setting(title=f"Worker {name} is slow"), evidence={"setting": f"server.{name}"})
    for told in (text(a_review([found])), text(name)):
        assert all(address.startswith("../../") for address in links(told)) and EVIL not in str(links(told))
