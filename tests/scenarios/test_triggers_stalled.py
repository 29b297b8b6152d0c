"""triggers-stalled: a server keeps events and its automations do nothing, so that nobody is paged."""

from pathlib import Path

from tests.estate import Estate, Said, as_said, wait_until
from tests.page.arming import arm, pager
from tests.page.receiver import receiver, webhook
from tests.page.saving import saved_pager
from tests.patrolling import AT_ONCE, patrolled
from tests.prefect_server import prefect_server

IMPATIENT = {**AT_ONCE, "LIFEGUARD_RETELL_AFTER_SECONDS": "15"}
NO_TRIGGERS = {"PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false"}


def test_a_page_for_which_no_rule_fires_shows_that_none_does(tmp_path: Path) -> None:
    with (
        prefect_server(NO_TRIGGERS) as server,
        Estate(server.api_url) as estate,
        receiver() as phones,
        webhook(server.api_url, phones.port, "oncall"),
        saved_pager(server.api_url, "oncall"),
    ):
        arm(server.api_url, pager("oncall"))
        estate.overdue_run(estate.deployment("grind", estate.pool("mill")))

        def said() -> set[Said]:
            return {as_said(each) for each in patrolled(server.api_url, tmp_path, IMPATIENT).judgement.findings}

        expected = {
            Said("pool-no-workers", "critical", "work-pool", "mill", 1),
            Said("triggers-stalled", "critical", "server", server.api_url),
            Said("page-undelivered", "info", "lifeguard", "oncall", caused_by="triggers-stalled"),
        }
        wait_until(lambda: said() == expected, "the rule should have fired", 60)
        assert phones.subjects("oncall") == []
