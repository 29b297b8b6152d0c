"""Names are the user's: whatever Prefect accepts goes through a look and comes back unchanged.

Left out is the line break: Prefect creates such a pool, and then answers 404 to every path with its name, to DELETE too.
"""

import pytest

from tests.estate import Estate, Said

HOSTILE = {
    "quotes": r"""it's "quoted" `code` $(reboot) C:\new\table""",
    "markup": "| pipe | [link](x) **bold** {{ 7 * 7 }} {# raw #} {name} {0}",
    "unicode": "🛟 Ünïcödé 名前 abc\u202egnp.exe",
    "url": "a?b=c;d#e+f ~\ttab",
    "long": "n" * 200,
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_comes_back_unchanged(estate: Estate, name: str) -> None:
    estate.pool(name)
    estate.queue(name, name, paused=True)
    estate.queue(name, "gone")
    estate.overdue_run(estate.deployment(name, name, flow=name))
    estate.overdue_run(estate.deployment(f"{name}2", name, "gone", flow=name))
    estate.delete_queue(name, "gone")
    estate.tag_limit(name, 0)
    assert estate.said() == {
        Said("pool-no-workers", "critical", "work-pool", name, 1),
        Said("queue-paused", "info", "work-queue", name),
        Said("run-orphaned-no-queue", "critical", "deployment", f"{name}/{name}2", 1),
        Said("limit-set-to-zero", "info", "concurrency-limit", f"tag:{name}"),
    }


def test_a_look_at_one_pool_with_a_hostile_name_sees_that_pool(estate: Estate) -> None:
    name = " ".join(HOSTILE.values())
    estate.pool(name)
    estate.overdue_run(estate.deployment("grind", name))
    estate.pool("forge")
    estate.overdue_run(estate.deployment("weld", "forge"))
    assert estate.said(pools=[name]) == {Said("pool-no-workers", "critical", "work-pool", name, 1)}
