"""The command line, thin: it reads options, calls one function, prints, and ends with a status."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.validators import Number

from lifeguard.commands.progress import complain
from lifeguard.commands.status import Status
from lifeguard.findings import Severity
from lifeguard.refusal import ConfigurationError

EXIT_STATUS = """
Exit status: 0 nothing found at or above --fail-on; 1 something found; 2 it could not look, or saw only a part and found
nothing there.
"""
COMMANDS = Group("Commands", sort_key=0)


def _version() -> str:
    from importlib.metadata import version

    return version("prefect-lifeguard")


app = App(
    name="lifeguard",
    help="""Why is my Prefect run not starting, and who tells me when nobody works on my pool?

    Lifeguard asks the Prefect API that PREFECT_API_URL (or your Prefect profile) names. A look only
    ever reads; `patrol`, `digest`, `fix --yes`, `install`, `uninstall`, `up`, `arm` and `page --test` say what they
    write. Start with `lifeguard check`, or with `lifeguard demo` if you have no server at hand.
    """,
    version=_version,
    default_parameter=Parameter(negative=()),
    group_commands=COMMANDS,
)

PoolNames = Annotated[
    list[str] | None,
    Parameter(name=["--pool", "-p"], help="Look only at this work pool; may be given more than once.", negative=()),
]
PolicyFile = Annotated[
    Path | None,
    Parameter(
        help="TOML file with thresholds (default: lifeguard.toml if it is there). LIFEGUARD_… variables win over it, and "
        "it wins over the block watch-policy/lifeguard on the server."
    ),
]
Logs = Annotated[
    list[str] | None,
    Parameter(
        name=["--log", "-l"],
        negative=(),
        help="A log of a worker or of the server, or - for standard input; may be given more than once. What made a worker "
        "end stands nowhere else. It is read to its end, whatever its size.",
    ),
]


@app.command
def check(
    *,
    pool: PoolNames = None,
    format: Annotated[
        Literal["table", "json", "markdown"], Parameter(help="How to print what was found.", name=["--format", "-f"])
    ] = "table",
    fail_on: Annotated[
        Literal["info", "warning", "critical"], Parameter(help="The least severity that ends with status 1.")
    ] = "warning",
    policy: PolicyFile = None,
    log: Logs = None,
    explain_cost: Annotated[
        bool,
        Parameter(
            help="Tell on standard error what the look asked of the API: calls, bytes and seconds, by kind of endpoint; with "
            "--format json as one object."
        ),
    ] = False,
) -> int:
    """Look once, say which work pools cannot run their work and why, and what to do next."""
    from lifeguard.commands.check import Wanted, run_check

    return run_check(Wanted(tuple(pool or ()), format, Severity(fail_on), explain_cost), policy, tuple(log or ()))


@app.command
def why(
    run: Annotated[str | None, Parameter(help="A flow run: its id, its name, or the address of its page.")] = None,
    /,
    *,
    deployment: Annotated[
        str | None, Parameter(name=["--deployment", "-d"], help="Or the run that waits longest of FLOW/DEPLOYMENT.")
    ] = None,
    pool: Annotated[str | None, Parameter(name=["--pool", "-p"], help="Or of this work pool.")] = None,
    queue: Annotated[str | None, Parameter(name=["--queue", "-q"], help="Or of this queue of the pool.")] = None,
    format: Annotated[
        Literal["table", "json", "markdown"], Parameter(help="How to print it.", name=["--format", "-f"])
    ] = "table",
    log: Logs = None,
) -> int:
    """Say why one run has not begun: everything that stands between it and its start, and what to do next.

    Every obstacle that there can be is gone through, and each holds, does not hold, or could not be seen. For a run that
    began late, the history says what was wrong while it waited. It only reads, and its price does not grow with the number
    of runs.

    For example: `lifeguard why brave-owl`, or `lifeguard why --pool etl`

    Exit status: 0 nothing holds it back, or it began; 1 something does; 2 it could not look, or not at everything.
    """
    from lifeguard.commands.why import Wanted, run_why

    return run_why(Wanted(run, deployment, pool, queue), format, tuple(log or ()))


@app.command
def signatures(
    files: Annotated[
        list[str] | None,
        Parameter(
            help="Logs of workers, of the server, of PostgreSQL; - for standard input.", allow_leading_hyphen=True
        ),
    ] = None,
    /,
    *,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.", name=["--format", "-f"])] = "table",
) -> int:
    """Say what the lines of logs mean: the known signatures in them, the cause that each leads to, and what to do.

    No server is asked, so it works while there is none. Without a file, every known signature is told. Passwords, keys and
    addresses of databases in a line are not shown. `lifeguard check --log FILE` sets the same beside what the API shows.

    For example: `lifeguard signatures worker.log`, or `kubectl logs --previous worker-0 | lifeguard signatures -`

    Exit status: 0 nothing known is in them; 1 something is; 2 one cannot be read.
    """
    from lifeguard.commands.signatures import run_signatures

    return run_signatures(tuple(files or ()), format)


@app.command
def watch(
    *,
    pool: PoolNames = None,
    every: Annotated[
        float,
        Parameter(
            help="Seconds from look to look; each costs what a `check` costs.", validator=Number(gte=5, lte=86_400)
        ),
    ] = 15,
    policy: PolicyFile = None,
) -> int:
    """Look again and again, and show at the terminal what is wrong and what changed since the look before.

    The worst pools come first, as many as there is room for. ▲, ▼ and ◆ mark what changed, NEW a finding that the look before
    did not have. A look that fails leaves the picture and marks it as old. Nothing is remembered: that is what patrols do.

    For example: `lifeguard watch --every 30 --pool etl`

    Exit status: 0 it was ended with Ctrl-C; 2 it could not look at all, or this is no terminal.
    """
    from lifeguard.commands.watch import run_watch

    return run_watch(tuple(pool or ()), every, policy)


@app.command
def patrol(*, pool: PoolNames = None, policy: PolicyFile = None) -> int:
    """Run the flow `patrol` once in this process, so that the look shows in the Prefect UI as a flow run.

    The run ends Completed, or Completed as Degraded when something was found; it fails only when it could not look. What
    changed is shown as artifacts in the UI, the overview first of all; with --pool, only the pages of these pools are new.
    """
    from lifeguard.commands.patrol import run_patrol

    return run_patrol(tuple(pool or ()), policy)


@app.command
def digest(
    *,
    days: Annotated[int, Parameter(help="How many days to tell of, 1 to 90.")] = 1,
    policy: PolicyFile = None,
) -> int:
    """Run the flow `publish_digest` once in this process: what the last days came to, as an artifact in the Prefect UI.

    Uptime of every work pool, time lost per cause, how long runs waited to be picked up against the days before and a week
    ago, the deployments that were held up most, what changed, and which of Prefect's settings are risky. A deployment does
    this every morning.

    For example: `lifeguard digest --days 7`

    Exit status: 0 it was written; 2 the history or the Prefect server could not be used.
    """
    from lifeguard.commands.digest import run_digest

    return run_digest(days, policy)


@app.command
def up(*, policy: PolicyFile = None) -> int:
    """Serve every deployment of prefect.yaml from this process: patrols run on schedule, and no worker is needed.

    For self-hosted servers, which run nothing on push pools, and for a first try. Each run is a process of its own on this
    machine. The deployments keep the names that `prefect deploy` gives them: those on a work pool are taken over, and
    `prefect deploy --all` or `lifeguard install` gives them back to one. Two of these on two hosts share the work.

    It waits while the server is away, also at the start, and goes on once it is back. Ctrl-C or SIGTERM ends it within
    ten seconds; the schedules stay, so that the server shows as Late what nobody runs.

    For example: `PREFECT_API_URL=http://127.0.0.1:4200/api lifeguard up`

    Exit status: 0 it was stopped; 2 it could never work, as without the server's credentials.
    """
    from lifeguard.commands.up import run_up

    return run_up(policy)


@app.command
def demo(*, once: Annotated[bool, Parameter(help="End after the look, even at a terminal.")] = False) -> int:
    """Start a Prefect server with about ten work pools in the states that people meet, kill a worker, and look.

    Nothing of yours is touched: the server has a folder and a port of its own, and both are gone afterwards. At a
    terminal it stays until Ctrl-C, so that its UI can be looked at. Takes less than two minutes; status 0 when it showed
    what it should.
    """
    from lifeguard.commands.demo import run_demo

    return run_demo(once=once or not sys.stdout.isatty())


@app.command
def history(
    *,
    pool: Annotated[str | None, Parameter(name=["--pool", "-p"], help="Only this work pool.")] = None,
    since: Annotated[
        str, Parameter(help="How far to look back: an age (30m, 12h, 7d, 2w) or a time (2026-11-15T09:00, UTC).")
    ] = "7d",
    format: Annotated[
        Literal["table", "json", "csv"],
        Parameter(help="How to print it; csv holds the incidents.", name=["--format", "-f"]),
    ] = "table",
    chart: Annotated[
        bool, Parameter(help="Draw the pool of --pool instead: workers, overdue runs and incidents over that time.")
    ] = False,
) -> int:
    """Tell what happened: incidents, how long work pools were staffed, how much time each cause cost.

    For example: `lifeguard history --pool etl --since 24h`

    *Uptime* is the share of the time with demand (a run overdue, or expected within 15 minutes) in which the pool had a
    live worker; a push, managed or agent pool counts as up unless its verdict was `down`. *Time lost* is how long due
    work waited for a cause; what overlaps on one pool is counted once. *Told after* is how long work had waited when the
    incident opened. Time in which no patrol ran, or could not see, is *not watched* and counts neither way.

    Exit status: 0 it was told, whatever happened; 2 the history cannot be read.
    """
    if chart:
        from lifeguard.commands.history_chart import run_history_chart

        return run_history_chart(pool, since, format)
    from lifeguard.commands.history import run_history

    return run_history(pool, since, format)


@app.command
def metrics(
    *,
    port: Annotated[int, Parameter(help="The port to serve /metrics on.", validator=Number(gte=0, lte=65535))] = 9418,
    address: Annotated[
        str, Parameter(help="The address to listen at; 127.0.0.1 for this machine alone, :: for IPv6 too.")
    ] = "0.0.0.0",
    textfile: Annotated[
        Path | None,
        Parameter(help="Write this file once instead, for node_exporter's textfile collector, which reads *.prom."),
    ] = None,
    push: Annotated[
        bool,
        Parameter(help="Push once instead, by OTLP over HTTP to where OTEL_EXPORTER_OTLP_ENDPOINT says."),
    ] = False,
    stale_after: Annotated[
        float,
        Parameter(
            help="Leave pools out that no patrol has looked for during so many seconds.",
            validator=Number(gt=0, lte=31_536_000),
        ),
    ] = 300,
) -> int:
    """Give Prometheus what patrols have seen: workers, overdue runs, slots, verdicts, incidents, pickup latency.

    Everything is read from the history, of the one server that PREFECT_API_URL names, so that a scrape costs the Prefect
    API nothing. What could not be seen is absent, never 0; when patrols stop, the series of pools end after --stale-after,
    and prefect_lifeguard_last_patrol_timestamp_seconds stays. Where the history cannot be read, /metrics answers 503, so
    that `up` is 0. examples/ has alert rules and a Grafana dashboard.

    Where nothing can scrape a patrol, set OTEL_EXPORTER_OTLP_ENDPOINT where it runs: each patrol then pushes by itself.

    For example: `lifeguard metrics --port 9418`

    Exit status: 0 it was stopped, written or taken; 2 it could not listen, read, write or push.
    """
    from lifeguard.commands.metrics import run_metrics

    return run_metrics(address, port, textfile, push, stale_after)


@app.command
def upcoming(
    *,
    pool: Annotated[str | None, Parameter(name=["--pool", "-p"], help="Only this work pool.")] = None,
    hours: Annotated[int, Parameter(help="How far to look ahead, 1 to 48.")] = 12,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.", name=["--format", "-f"])] = "table",
) -> int:
    """Tell what is to start on each work pool hour by hour, and which pools will not keep up with it.

    For example: `lifeguard upcoming --pool etl --hours 6`

    Prefect makes runs from schedules only some way ahead; what it has not made yet is taken from the schedules that are
    active now. A pool is *behind* when runs wait there for longer than backlog_target_seconds (10 minutes), at the pace
    that its limit allows, or at the fastest that the history has seen. Nothing is changed, and no queue is polled.

    Also told: limits of pools, queues and deployments that will keep runs waiting for longer than that, and workers that
    become fewer than they were at this time of the last 7 days, and pools on which nobody works before their next run, unless
    workers always came in time.

    Exit status: 0 it was told, whatever comes; 2 it could not look.
    """
    from lifeguard.commands.upcoming import run_upcoming

    return run_upcoming(pool, hours, format)


@app.command
def settings(
    *,
    format: Annotated[
        Literal["table", "json", "markdown"], Parameter(help="How to print it.", name=["--format", "-f"])
    ] = "table",
    policy: PolicyFile = None,
) -> int:
    """Review Prefect's settings: what is risky for this estate, why, and which variable to set where.

    Read are the settings of the API's own process and those of the process that looks (run it where workers run, to review
    theirs); they are held against the pools, workers, limits and deployments that there are. Nobody can ask the server how
    many processes it has, and what its database takes: LIFEGUARD_SERVER_PROCESSES and LIFEGUARD_DATABASE_CONNECTIONS say it.
    All of it is information: no patrol says it, and nobody is paged.

    For example: `LIFEGUARD_SERVER_PROCESSES=3 lifeguard settings`

    Exit status: 0 nothing is risky; 1 something is; 2 it could not look, or not at everything.
    """
    from lifeguard.commands.settings import run_settings

    return run_settings(format, policy)


@app.command
def cluster(
    *,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.", name=["--format", "-f"])] = "table",
) -> int:
    """Say what of the Kubernetes clusters behind work pools can be seen, and which right is missing or too many.

    For every saved block of the type `cluster-access`: which work pools it is for; each kind that findings rest on, in each
    namespace, with how many there are, or the verb to grant and what is not known without it; the Deployments that run
    workers; and what the credentials may do beyond looking. Without such a block no cluster is ever asked;
    examples/kubernetes has the manifests and says how to make one.

    Only lists are read, and Kubernetes is asked what the credentials may do (SelfSubjectRulesReview, which stores nothing).
    No token is ever shown.

    For example: `lifeguard cluster`, or `lifeguard cluster --format json`

    Exit status: 0 all that is needed can be read; 1 something is missing, or the credentials may do more than look; 2 it
    could not look, or a block is wrong, or there is none.
    """
    from lifeguard.commands.cluster import run_cluster

    return run_cluster(format)


@app.command
def incident(
    id: Annotated[int, Parameter(help="Its number, which `lifeguard history` shows.")],
    /,
    *,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.", name=["--format", "-f"])] = "table",
) -> int:
    """Tell the whole life of one incident: when work first waited, when it was seen, told, worse, gone and resolved.

    Each time comes with the sentence and the proof of that moment; one that is still open, with what to do next.

    For example: `lifeguard incident 12`

    Exit status: 0 it was told; 2 there is no such incident, or the history cannot be read.
    """
    from lifeguard.commands.incident import run_incident

    return run_incident(id, format)


@app.command
def fix(
    finding: Annotated[
        str | None, Parameter(help="Its fingerprint, which `lifeguard check` shows; or the number of an incident.")
    ] = None,
    /,
    *,
    yes: Annotated[
        bool, Parameter(name=["--yes", "-y"], help="Really do it; without this, nothing is changed.")
    ] = False,
    again: Annotated[
        bool, Parameter(help="Put runs back to Scheduled, so that they are run again, instead of ending them.")
    ] = False,
    at_most: Annotated[
        int, Parameter(help="How many steps are done at a time.", validator=Number(gte=1, lte=1000))
    ] = 20,
    old_workers: Annotated[
        str | None, Parameter(help="Delete the records of workers of this work pool that are gone for good, instead.")
    ] = None,
    older_than: Annotated[
        str, Parameter(help="Of --old-workers: those that were last heard before so long (12h, 3d, 2w).")
    ] = "3d",
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.", name=["--format", "-f"])] = "table",
    policy: PolicyFile = None,
) -> int:
    """Show exactly what would mend a finding, and with --yes do it: resume, free a leaked slot, end an orphaned run.

    Without a finding, it lists those that can be fixed. Each step is one API call; just before it the thing is looked at
    again, and what somebody has changed meanwhile is skipped. Each is proven by reading back, the first that fails stops
    the rest, and at the end a fresh look says whether it held. Lifeguard's own runs are never touched. What was done is
    kept with the incident (`lifeguard incident`) and told as the event lifeguard.remedy.applied.

    For example: `lifeguard fix pool-paused:work-pool:7c5a…`, or `lifeguard fix --old-workers etl --older-than 1w`

    Exit status: 0 it was shown, or done and held, or nothing is to do; 1 something is left, or it is for people to mend;
    2 it could not look.
    """
    from lifeguard.commands.fix import Wish, run_fix

    wish = Wish(finding, yes, again, at_most, format, policy)
    if old_workers is None:
        return run_fix(wish)
    if finding or again:
        raise ConfigurationError("--old-workers is a thing of its own: give it without a finding and without --again.")
    from lifeguard.commands.old_workers import run_old_workers

    return run_old_workers(old_workers, older_than, wish)


DryRun = Annotated[bool, Parameter(help="Only say what would be done; nothing is changed.")]


@app.command
def arm(
    *,
    pager: Annotated[
        str | None,
        Parameter(
            help="Page through this notification block too, TYPE/NAME as `prefect block ls` shows it "
            "(slack-webhook/oncall). It is saved as a block pager/NAME: critical and warning, every work pool."
        ),
    ] = None,
    dry_run: DryRun = False,
) -> int:
    """Make the Prefect server page people: put up the automations that the saved pagers need, and no others.

    A pager is a block of the type `pager` that names a notification block (Slack, Teams, PagerDuty, Opsgenie, e-mail, a
    webhook of your own), the severities and the work pools that it is for. Each gets rules that page when an incident
    opens, gets worse, lasts and is resolved, when patrols stop and are back, and when Prefect itself says that a pool has
    lost its last worker.

    Run it again after any change: what is missing is put up, what was edited by hand is put back, what no pager needs any
    more is removed. A rule that somebody switched off stays off. Automations of others are never touched.

    For example: `lifeguard arm --pager slack-webhook/oncall`

    Exit status: 0 it is armed; 2 it could not be.
    """
    from lifeguard.commands.arm import run_arm

    return run_arm(pager, dry_run=dry_run)


@app.command
def disarm(*, dry_run: DryRun = False) -> int:
    """Remove every automation that `lifeguard arm` put up. Nobody is paged then; the pagers stay saved.

    Exit status: 0 none is left; 2 that could not be done.
    """
    from lifeguard.commands.arm import run_disarm

    return run_disarm(dry_run=dry_run)


@app.command
def page(
    *,
    test: Annotated[bool, Parameter(help="Say that a test message is what you want; people are paged by it.")],
    pager: Annotated[str | None, Parameter(help="Test only this pager, by its name.")] = None,
) -> int:
    """Page everybody with a test message, and say whether the server sent it.

    One real event for each pager goes the whole way: the rule that `lifeguard arm` put up fires, and the notification
    block sends. What the server says about it within 30 s is told; whether a phone rang, only its owner can tell.

    For example: `lifeguard page --test --pager oncall`

    Exit status: 0 the server sent every message; 2 it did not, or did not say so.
    """
    from lifeguard.commands.page_test import run_page_test

    if not test:
        raise ConfigurationError("Nothing was sent: `lifeguard page --test` sends a test message to every pager.")
    return run_page_test(pager)


@app.command
def install(
    *,
    pool: Annotated[
        str, Parameter(name=["--pool", "-p"], help="The work pool that Lifeguard itself runs on; made if missing.")
    ],
    type: Annotated[
        str | None, Parameter(help="Of which type to make the work pool, where it is missing (default process).")
    ] = None,
    pager: Annotated[
        str | None,
        Parameter(help="Page through this notification block, TYPE/NAME as `prefect block ls` shows it (see `arm`)."),
    ] = None,
    database_block: Annotated[
        str | None,
        Parameter(
            help="The block that holds the address of the history, secret/NAME or history-database/NAME. It is saved as "
            "history-database/lifeguard, where every patrol looks."
        ),
    ] = None,
    dry_run: DryRun = False,
) -> int:
    """Put everything that Lifeguard needs on the Prefect server, and look once.

    That is: the work pool, the block types, the deployments of prefect.yaml on that pool, the automations that page (where
    a pager is saved or named), and one patrol. Run it again after any change: only what differs is changed. What it made
    is noted in the Prefect variable lifeguard_install, and `lifeguard uninstall` takes it back.

    For example: `lifeguard install --pool watch --pager slack-webhook/oncall`

    Exit status: 0 it is installed; 2 it is not, or the patrol could not look.
    """
    from lifeguard.commands.install import run_install

    return run_install(pool, type, pager, database_block, dry_run=dry_run)


@app.command
def uninstall(
    *,
    dry_run: DryRun = False,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], help="Remove it without asking.")] = False,
) -> int:
    """Take back what `lifeguard install` put on the server, and nothing else; the history, past runs and artifacts stay.

    What was there before, what somebody put up by hand, and what others use by now is left, and said so.

    Exit status: 0 it is gone, or there was nothing; 2 it could not be removed.
    """
    from lifeguard.commands.uninstall import run_uninstall

    return run_uninstall(dry_run=dry_run, yes=yes)


@app.command(name="status")
def installation_status(
    *,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.", name=["--format", "-f"])] = "table",
) -> int:
    """Say whether Lifeguard itself is well: deployments, work pool, automations, blocks, database and the last patrol.

    One line for each, with what to do next for what is not well.

    Exit status: 0 all is well; 1 something is not; 2 it could not look, or not at all of it.
    """
    from lifeguard.commands.status_report import run_status_report

    return run_status_report(format)


db = App(
    name="db",
    help="""The database of the history: where it is, whether it works, what it holds.

    It is the one that the block history-database/lifeguard on the server names, else LIFEGUARD_DATABASE_URL
    (postgresql://… or sqlite:///…), else a SQLite file under PREFECT_HOME. Its address is a secret and is never shown.
    """,
    default_parameter=Parameter(negative=()),
    group_commands=COMMANDS,
)
app.command(db)


@db.command
def status() -> int:
    """Say which database is used, whether it can be, and what it holds. Exit status: 0 it can be used; 2 it cannot."""
    from lifeguard.commands.database import run_status

    return run_status()


@db.command
def upgrade() -> int:
    """Bring its tables to this version of Lifeguard, however long that takes; patrols wait or go on without it.

    Patrols do this by themselves at first use. Do it by hand where their database user may not create tables, or where
    the tables are so large that it would take longer than a patrol waits (8 s).
    """
    from lifeguard.commands.database import run_upgrade

    return run_upgrade()


@db.command
def prune(
    *,
    delete: Annotated[bool, Parameter(help="Really delete it; without this, nothing is changed.")] = False,
    policy: PolicyFile = None,
) -> int:
    """Say what is older than the policy keeps (keep_readings_days and so on), and with --delete delete it.

    Runs the flow `prune_history` once in this process, which a deployment does every night. Readings become hours before
    they go. Exit status: 0 done; 2 the history or the Prefect server could not be used.
    """
    from lifeguard.commands.prune import run_prune

    return run_prune(delete=delete, policy_file=policy)


for command in ("check", "patrol"):
    app[command].help_epilogue = EXIT_STATUS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process; what goes wrong is one sentence on standard error."""
    sys.exit(_ended_well(lambda: app(arguments, exit_on_error=False, print_error=False, result_action="return_value")))


def _ended_well(run: Callable[[], object]) -> int:
    try:
        status = run()
        return status if isinstance(status, int) else Status.FINE
    except (ConfigurationError, CycloptsError) as error:
        return _refused(" ".join(str(error).split()))
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return Status.COULD_NOT_LOOK


def _refused(sentence: str) -> int:
    complain(sentence)
    return Status.COULD_NOT_LOOK


if __name__ == "__main__":
    main()
