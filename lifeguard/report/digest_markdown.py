"""`lifeguard-digest`: what the day came to, in one look, and then in tables, worst first."""

from collections.abc import Sequence

from lifeguard.digest import ByPool, Digest, Held, in_all
from lifeguard.durations import short
from lifeguard.escaping import shortened, ui_code, ui_link, ui_text
from lifeguard.history import PoolHistory, totals
from lifeguard.pickups import Pickups
from lifeguard.report import history_phrases as phrases
from lifeguard.report import incident_markdown as incidents
from lifeguard.report.artifact import DIGEST, OVERVIEW, Artifact, to_artifact, to_deployment, to_pool
from lifeguard.report.digest_settings import settings_section
from lifeguard.report.pool_cells import LONGEST_NAME
from lifeguard.review.outcome import Review

ROWS_SHOWN = 25
NAMES_SHOWN = 20
UPTIME_COLUMNS = ("Work pool", "Uptime", "With demand", "Time lost")
CAUSE_COLUMNS = ("Cause", "Incidents", "Time lost")
WAIT_COLUMNS = ("Work pool", "Runs", "p50", "p95", "p99", "p95 before", "p95 a week ago")
HELD_COLUMNS = ("Deployment", "Runs", "Longest wait")
UPTIME_MEANS = (
    "Uptime is the share of the time with demand (a run overdue, or expected within the look-ahead) in which the pool had "
    "a live worker, or was not down where it needs none. Without demand there is none."
)
WAIT_MEANS = (
    "How long runs waited from when they were expected until they began, against the days before and a week ago."
)


def digest_page(digest: Digest, settings: Review | str | None = None) -> Artifact:
    """The whole page; `settings` is what came of reviewing Prefect's, or why nothing did."""
    blocks = [
        f"# {_sign(digest)} {phrases.counts(digest.history).rstrip('.')}",
        _at_a_glance(digest),
        *_uptime(digest),
        *_causes(digest),
        *_waits(digest),
        *_held(digest),
        *_changes(digest),
        *settings_section(settings),
        f"{ui_link('Overview', to_artifact(OVERVIEW))} · {ui_code('lifeguard history --since 1d')}",
    ]
    return Artifact(DIGEST, "markdown", headline(digest), "\n\n".join(block for block in blocks if block) + "\n")


def empty_page(sentence: str) -> Artifact:
    """The page where there is nothing to tell, and why."""
    told = ui_text(sentence)
    return Artifact(
        DIGEST, "markdown", "⚪ There is nothing to tell yet.", f"# ⚪ There is nothing to tell yet\n\n{told}\n"
    )


def headline(digest: Digest) -> str:
    """The day in a line; one that was not watched is not green."""
    since, until = phrases.minute(digest.history.since), phrases.minute(digest.history.until)
    return f"{_sign(digest)} {sentence(digest)} {since} to {until} UTC"


def sentence(digest: Digest) -> str:
    """How many incidents there were, and how much time they cost."""
    lost = sum(total.minutes_lost for total in totals(digest.history))
    cost = f" Work waited for {short(60 * lost)} in all." if lost else ""
    return f"{phrases.counts(digest.history)}{cost}"


def _sign(digest: Digest) -> str:
    own = [incident for incident in digest.history.incidents if phrases.is_own_harm(incident)]
    if own:
        return incidents.SIGN[max((incident.severity for incident in own), key=lambda severity: severity.rank)]
    return "🟢" if phrases.unwatched(digest.history) is None else "⚪"


def _at_a_glance(digest: Digest) -> str:
    """What to know in five seconds; nothing is said of what there was not."""
    history, costly = digest.history, totals(digest.history)
    worst = [pool for pool in phrases.by_uptime(history.pools) if pool.uptime is not None][:1]
    lines = [
        ("When", f"{phrases.minute(history.since)} to {phrases.minute(history.until)} UTC"),
        *(("Least uptime", f"{_pool(pool.name)}, {phrases.uptime(pool)}") for pool in worst),
        ("Time lost", short(60 * sum(cause.minutes_lost for cause in costly))),
        *(
            ("Costliest cause", f"{each.code}, {short(60 * each.minutes_lost)}")
            for each in costly[:1]
            if each.minutes_lost
        ),
        *([("Picked up", _waited(digest))] if in_all(digest.waits.now).runs else []),
        ("Changed", _changed(digest)),
    ]
    unwatched = phrases.unwatched(history)
    told = "\n".join(f"- **{name}:** {text}" for name, text in lines)
    return f"**{unwatched}**\n\n{told}" if unwatched else told


def _waited(digest: Digest) -> str:
    now, before = in_all(digest.waits.now), in_all(digest.waits.before)
    earlier = f" ({_quantile(before, 0.95)} the days before)" if before.runs else ""
    return f"{now.runs} runs, 95 of 100 within {_quantile(now, 0.95)}{earlier}"


def _changed(digest: Digest) -> str:
    opened, resolved = (sum(map(phrases.is_own_harm, some)) for some in (digest.opened, digest.resolved))
    told = [f"{_number(opened, 'incident')} opened, {resolved} resolved"]
    moved = ((digest.came, "came"), (digest.went, "went"))
    return ", ".join([*told, *(f"{_number(len(names), 'work pool')} {verb}" for names, verb in moved if names)])


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _uptime(digest: Digest) -> list[str]:
    pools = phrases.by_uptime(digest.history.pools)
    chosen = [pool for pool in pools if phrases.needs_a_look(pool)][:ROWS_SHOWN]
    others = len(pools) - len(chosen)
    rows = [_uptime_cells(pool) for pool in chosen]
    told = f"{others} more were up whenever there was demand, or had none." if others else ""
    cut = len([pool for pool in pools if phrases.needs_a_look(pool)]) > ROWS_SHOWN
    more = f"{others} more: `lifeguard history` lists them." if cut else told
    return ["## Uptime of work pools", UPTIME_MEANS, *([incidents.table(UPTIME_COLUMNS, rows)] if rows else []), more]


def _uptime_cells(pool: PoolHistory) -> Sequence[str]:
    return _pool(pool.name), phrases.uptime(pool), short(pool.seconds.demand), phrases.losses(pool.minutes_lost)


def _causes(digest: Digest) -> list[str]:
    rows = [(total.code, str(total.incidents), short(60 * total.minutes_lost)) for total in totals(digest.history)]
    return ["## Time lost per cause", incidents.table(CAUSE_COLUMNS, rows)] if rows else []


def _waits(digest: Digest) -> list[str]:
    """The pools whose runs waited longest."""
    waits = digest.waits
    if not waits.now:
        return ["## Waiting to be picked up", "No start of a run was counted."]
    slowest = sorted(waits.now, key=lambda name: (-(waits.now[name].quantile_seconds(0.95) or 0), name))
    rows = [_wait_cells(name, waits.now[name], waits.before, waits.week_before) for name in slowest[:ROWS_SHOWN]]
    more = [f"And {len(slowest) - ROWS_SHOWN} more that waited less."] if len(slowest) > ROWS_SHOWN else []
    return ["## Waiting to be picked up", WAIT_MEANS, incidents.table(WAIT_COLUMNS, rows), *more]


def _wait_cells(name: str, now: Pickups, before: ByPool, week_before: ByPool) -> Sequence[str]:
    earlier = [_quantile(each.get(name, Pickups()), 0.95) for each in (before, week_before)]
    return _pool(name), str(now.runs), *(_quantile(now, share) for share in (0.5, 0.95, 0.99)), *earlier


def _quantile(pickups: Pickups, share: float) -> str:
    """As people read it; below ten seconds with a tenth, since half of all waits are there."""
    waited = pickups.quantile_seconds(share)
    if waited is None:
        return ""
    return f"{waited:.1f} s" if waited < 10 else short(waited)


def _held(digest: Digest) -> list[str]:
    title = "## Deployments that were held up most"
    if digest.held is None:
        return [title, f"Not known: the server could not be asked ({ui_text(digest.unasked_because or '')})."]
    if not digest.held:
        return []
    source = (
        f"By the runs that the history names of incidents for which work waited: at most 20 of each, {digest.asked_runs} "
        f"of {digest.named_runs} looked up on the server."
    )
    return [title, source, incidents.table(HELD_COLUMNS, [_held_cells(each) for each in digest.held])]


def _held_cells(held: Held) -> Sequence[str]:
    name = ui_link(shortened(held.name, LONGEST_NAME), to_deployment(held.id))
    return name, str(held.runs), short(held.longest_seconds)


def _changes(digest: Digest) -> list[str]:
    until = digest.history.until
    blocks = ["## What changed"]
    for title, some in (("Opened", digest.opened), ("Resolved", digest.resolved)):
        own = phrases.by_harm(filter(phrases.is_own_harm, some))
        more = [f"And {len(own) - ROWS_SHOWN} more."] if len(own) > ROWS_SHOWN else []
        blocks += [f"### {title}", incidents.as_table(own[:ROWS_SHOWN], until), *more] if own else []
    blocks += [_names(verb, names) for verb, names in (("came", digest.came), ("went", digest.went)) if names]
    return blocks if len(blocks) > 1 else [*blocks, "Nothing."]


def _names(verb: str, names: Sequence[str]) -> str:
    shown = [ui_text(shortened(name, LONGEST_NAME)) for name in names[:NAMES_SHOWN]]
    more = [f"and {len(names) - NAMES_SHOWN} more"] if len(names) > NAMES_SHOWN else []
    return f"Work pools that {verb}: {', '.join([*shown, *more])}."


def _pool(name: str) -> str:
    return ui_link(shortened(name, LONGEST_NAME), to_pool(name))
