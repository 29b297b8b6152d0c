"""`lifeguard-overview`: is anything wrong, where, since when, and what next; then the rest, worst first."""

from collections.abc import Sequence

from lifeguard.escaping import shortened, ui_code, ui_link, ui_text
from lifeguard.findings import Severity
from lifeguard.incidents import Incident
from lifeguard.report import incident_markdown as incidents
from lifeguard.report import phrases
from lifeguard.report.artifact import DIGEST, FINDINGS, OVERVIEW, POOLS, Artifact, to_artifact, to_pool
from lifeguard.report.board import Board
from lifeguard.report.pool_cells import COLUMNS, linked_cells
from lifeguard.report.price_markdown import cost
from lifeguard.report.staffing_phrases import fewer_workers
from lifeguard.report.unstaffed_phrases import next_command, nobody_works
from lifeguard.unstaffed import Unstaffed

IN_FULL, IN_TABLE, FRESH_SHOWN, UNSEEN_SHOWN = 8, 40, 8, 8
POOLS_SHOWN = 40
AHEAD_SHOWN = 8


def overview(board: Board) -> Artifact:
    """The first page that somebody opens who was paged."""
    blocks = [
        f"# {headline(board)}",
        _partial(board),
        _unrecorded(board),
        _first(board),
        _about(board),
        *_open(board),
        *_going(board),
        _fresh(board),
        _ahead(board),
        *_pools(board),
        *cost(board.judgement),
    ]
    return Artifact(OVERVIEW, "markdown", described(board), "\n\n".join(block for block in blocks if block) + "\n")


def described(board: Board) -> str:
    """The answer for those who see a list of artifacts, or of versions."""
    worst = [
        f"; the worst: {each.code}, {ui_text(each.resource.name)}" for each in (i.finding for i in board.incidents[:1])
    ]
    return "".join([headline(board), *worst])


def headline(board: Board) -> str:
    """The answer in one line; what was seen only in part is never green."""
    counts = [(sum(each.severity is severity for each in board.incidents), severity) for severity in Severity]
    said = ", ".join(f"{number} {severity}" for number, severity in counts if number)
    if said:
        worst = incidents.SIGN[board.incidents[0].severity]
        return f"{worst} {said}" + ("" if board.judgement.is_complete else ", and not everything was seen")
    if not board.judgement.is_complete:
        return "⚪ Not everything was seen; nothing is known to be wrong"
    if board.fresh:
        return f"🟠 Nothing is told yet, {len(board.fresh)} just seen"
    return "🟢 Nothing is wrong any more" if board.going else "🟢 Nothing is wrong"


def _partial(board: Board) -> str:
    if board.judgement.is_complete:
        return ""
    essential = [each for each in board.judgement.snapshot.missing if each.essential]
    unseen = [ui_text(each) for each in phrases.all_unseen(essential)]
    more = [f"and {len(unseen) - UNSEEN_SHOWN} more"] if len(unseen) > UNSEEN_SHOWN else []
    listed = "\n".join(f"- {each}" for each in [*unseen[:UNSEEN_SHOWN], *more])
    return f"**This look was only partial**, so this is not all. {_not_seen(listed)}"


def _not_seen(listed: str) -> str:
    return f"Not seen:\n\n{listed}" if listed else "One of the checks failed; the findings below say which."


def _unrecorded(board: Board) -> str:
    if board.is_recorded:
        return ""
    return (
        "**The history could not be used**, so this tells what the look found, from when work first waited. "
        "Next: `lifeguard db status`"
    )


def _first(board: Board) -> str:
    """What to know in five seconds."""
    if not board.incidents:
        return ""
    worst = board.incidents[0]
    lines = [
        ("What", ui_text(worst.finding.title)),
        ("Where", incidents.place(worst.finding)),
        ("Since", incidents.since(worst, board.now).removeprefix("Since ")),
        *(("Next", ui_code(step)) for step in worst.finding.remedy[:1]),
    ]
    return "\n".join(f"- **{name}:** {text}" for name, text in lines)


def _about(board: Board) -> str:
    seen = f"{phrases.summary(board.judgement.pools)}." if board.judgement.pools else "None was seen."
    named = (("Work pools", POOLS), ("Findings", FINDINGS), ("Daily digest", DIGEST))
    links = [ui_link(name, to_artifact(key, board.ids[key])) for name, key in named if key in board.ids]
    return (
        f"Work pools: {seen} Looked at {board.judgement.started_at:%Y-%m-%d %H:%M:%S} UTC. A new version comes when an "
        "incident opens, gets worse or ends, and otherwise about every hour: if the newest is older, patrols have "
        f"stopped, and `lifeguard status` says why.\n\n{' · '.join(links)}"
    )


def _open(board: Board) -> list[str]:
    if not board.incidents:
        return []
    rest = board.incidents[IN_FULL:]
    full = [incidents.in_full(incident, board.now, board.ids) for incident in board.incidents[:IN_FULL]]
    return ["## Open incidents", *full, *_rest(board, rest), _others(board)]


def _rest(board: Board, rest: Sequence[Incident]) -> list[str]:
    if not rest:
        return []
    more = len(rest) - IN_TABLE
    told = [f"And {more} more: `lifeguard history --since 1d` lists them all."] if more > 0 else []
    return [f"### And {len(rest)} more", incidents.as_table(rest[:IN_TABLE], board.now), *told]


def _others(board: Board) -> str:
    if not board.others:
        return ""
    return f"{board.others} more that another explains, or that are information: `lifeguard check` shows them."


def _going(board: Board) -> list[str]:
    if not board.going:
        return []
    more = len(board.going) - IN_TABLE
    told = [f"And {more} more."] if more > 0 else []
    return [
        "## Not seen any more, over if they stay away",
        incidents.as_table(board.going[:IN_TABLE], board.now),
        *told,
    ]


def _fresh(board: Board) -> str:
    """Found in this look and no incident yet: it may be gone with the next one."""
    if not board.fresh:
        return ""
    lines = [f"- {each.code}: {ui_text(each.title)}" for each in board.fresh[:FRESH_SHOWN]]
    more = [f"- and {len(board.fresh) - FRESH_SHOWN} more"] if len(board.fresh) > FRESH_SHOWN else []
    return "\n".join(["## Just seen, and an incident if it lasts", "", *lines, *more])


def _ahead(board: Board) -> str:
    """What is no trouble yet and may soon be some."""
    fewer = [f"- {_named(each.pool)}: {ui_text(fewer_workers(each, board.now))}" for each in board.falling]
    lines = [*_some(fewer), *_some([_nobody(each, board) for each in board.unstaffed])]
    told = "What is to start, hour by hour: `lifeguard upcoming`"
    return "\n".join(["## Before it is late", "", *lines, "", told]) if lines else ""


def _nobody(pool: Unstaffed, board: Board) -> str:
    command = next_command(pool)
    following = f" Next: {ui_code(command)}" if command else ""
    return f"- {_named(pool.pool)}: {ui_text(nobody_works(pool, board.now))}{following}"


def _some(lines: Sequence[str]) -> list[str]:
    more = [f"- and {len(lines) - AHEAD_SHOWN} more"] if len(lines) > AHEAD_SHOWN else []
    return [*lines[:AHEAD_SHOWN], *more]


def _named(name: str) -> str:
    return ui_link(shortened(name, incidents.LONGEST_NAME), to_pool(name))


def _pools(board: Board) -> list[str]:
    """All of a small estate; of a large one, the worst."""
    pools = board.judgement.pools
    chosen = phrases.shown(pools)[:POOLS_SHOWN]
    rows = [linked_cells(pool, board.ids) for pool in chosen]
    hidden = len(pools) - len(chosen)
    more = f"{hidden} more are not shown here: {ui_link('all work pools', to_artifact(POOLS, board.ids.get(POOLS)))}."
    return ["## Work pools", *([incidents.table([*COLUMNS, ""], rows)] if rows else []), *([more] if hidden else [])]
