"""Numbers are whole: 748 runs are 748 wherever they are shown, though a page of the API holds 200."""

from tests.estate import Estate, Said

MANY = 748


def test_748_overdue_runs_are_748_everywhere(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_runs(estate.deployment("grind", "mill"), MANY)
    estate.keep_noise_alive()
    report = estate.look()
    assert report.said == {Said("pool-no-workers", "critical", "work-pool", "mill", MANY)}
    finding, reading = report.findings[0], report.pool("mill")
    assert f"; {MANY} runs overdue, the oldest since " in finding.title
    assert len(set(finding.run_ids)) == finding.evidence["overdue_runs"] == MANY
    assert (reading.overdue, reading.queues[0].overdue) == (MANY, MANY)
