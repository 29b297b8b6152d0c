"""Whether none of anybody's rules fires, or only one of ours."""

from dataclasses import replace

import pytest

from lifeguard.findings import Finding
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.page.delivery import DID_NOT_FIRE
from lifeguard.page.triggers_stalled import explained, triggers_stalled, unfired_since
from lifeguard.page.undelivered import undelivered
from lifeguard.pages import Fate, Page
from tests import builders as b

OPENED = Change(ChangeKind.OPENED, b.ago(600), Incident(b.finding(), b.ago(600), b.NOW, b.finding().severity, id=1))
UNFIRED = Page(OPENED, "oncall", b.ahead(60), Fate.UNFIRED, 1, "an-event", b.ago(120), DID_NOT_FIRE, 1)
LOOKED = b.judgement()


def found(*pages: Page, fired: int | None = 0) -> list[Finding]:
    return triggers_stalled(LOOKED, pages, fired)


def test_an_armed_rule_that_did_not_fire_while_nobodys_did_is_as_bad_as_its_message() -> None:
    assert b.severities(found(UNFIRED)) == {"triggers-stalled": "critical"}


@pytest.mark.parametrize("fired", [1, None])
def test_triggers_that_fire_for_others_or_are_not_seen_have_not_stalled(fired: int | None) -> None:
    assert found(UNFIRED, fired=fired) == []


def test_a_pager_that_is_not_armed_says_nothing_about_triggers() -> None:
    unarmed = replace(UNFIRED, reason="it is not armed")
    assert (found(unarmed), unfired_since([unarmed])) == ([], None)


def test_it_lasts_while_the_message_is_tried_again() -> None:
    again = replace(UNFIRED, fate=Fate.POSTED, attempts=2, event_id="another", earlier_ids=("an-event",))
    assert b.severities(found(again)) == {"triggers-stalled": "critical"}
    assert unfired_since([again]) == b.ago(600)


def test_it_explains_the_pagers_that_it_silences_and_no_other() -> None:
    deaf = replace(UNFIRED, pager="deaf", fate=Fate.FAILED, reason="Notification failed")
    told = explained(undelivered([UNFIRED, deaf]), found(UNFIRED))
    causes = {each.resource.name: (each.caused_by or "").partition(":")[0] for each in told}
    assert causes == {"oncall": "triggers-stalled", "deaf": ""}


def test_dead_services_explain_it() -> None:
    dead = replace(b.finding("background-services-dead"), run_ids=())
    stalled = triggers_stalled(b.judgement(findings=[dead]), [UNFIRED], 0)
    assert (stalled[0].severity.value, stalled[0].caused_by) == ("info", dead.fingerprint)
    assert explained(undelivered([UNFIRED]), stalled)[0].caused_by == dead.fingerprint
