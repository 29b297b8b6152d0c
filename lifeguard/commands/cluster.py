"""`lifeguard cluster`: what the saved accesses can see of their Kubernetes clusters, and which right is missing."""

import os
import sys
from collections.abc import Sequence

from lifeguard.cluster_survey import Survey
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.diagnose.k8s_rights_too_wide import excesses
from lifeguard.escaping import visible
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.stored_accesses import usable_accesses
from lifeguard.observe.cluster.wanted import Wanted, wanted_of
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.look import Progress, inspect_work_pools
from lifeguard.observe.runs import find_active_runs
from lifeguard.report.phrases import unseen
from lifeguard.snapshot import Snapshot

SAVE = (
    'python -c "from blocks.cluster_access import ClusterAccess; ClusterAccess('
    "credentials='kubernetes-credentials/lifeguard', namespaces=['prefect-jobs'], worker_namespaces=['prefect']"
    ").save('prod')\""
)


def run_cluster(format: str) -> Status:
    """0 all that is needed can be read; 1 something is missing, or too much is allowed; 2 it could not look."""
    with progress() as tell:
        looked = run_async(_look, tell)
    if looked is None:
        return Status.COULD_NOT_LOOK
    api_url, surveys, complaints = looked
    for complaint in complaints:
        complain(complaint)
    if surveys or format == "json":
        _print(api_url, surveys, format)
    return Status.COULD_NOT_LOOK if complaints else status_of(surveys)


def status_of(surveys: Sequence[Survey]) -> Status:
    """What the command ends with."""
    if any(each.unreachable or not each.kinds for each in surveys):
        return Status.COULD_NOT_LOOK
    wide = any(excess.is_harmful for each in surveys for excess in excesses(each.rights or ()))
    missing = any(kind.is_missing for each in surveys for kind in each.kinds)
    return Status.FOUND if wide or missing else Status.FINE


async def _look(tell: Progress) -> tuple[str, list[Survey], list[str]] | None:
    sources = local_sources(None, os.environ)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        look, snapshot = await settle(api, sources, (), tell, utc_now())
        if not snapshot.can_go_on:
            why = snapshot.server.not_ready_because
            complain(f"{snapshot.server.api_url} does not answer ({why}); see `lifeguard check`.")
            return None
        accesses, complaints = await _accesses(api)
        if not accesses and not complaints:
            raise ConfigurationError(_none_saved(snapshot.server.api_url))
        snapshot = await find_active_runs(api, await inspect_work_pools(look, snapshot), look.policy)
        complaints += [unseen(missing) for missing in snapshot.missing if missing.essential]
        return snapshot.server.api_url, [await _survey(api, each, snapshot, tell) for each in accesses], complaints


async def _accesses(api: Api) -> tuple[list[Access], list[str]]:
    try:
        return await usable_accesses(api)
    except CallFailed as failure:
        return [], [f"The blocks at {api.connection.shown_url} cannot be read ({failure.reason})."]


def _none_saved(api_url: str) -> str:
    return (
        f"No cluster access is saved at {api_url}, so no cluster is looked into: save one as the block cluster-access, in the "
        f"Prefect UI under Blocks or by {SAVE} (see examples/kubernetes/README.md)."
    )


async def _survey(api: Api, access: Access, snapshot: Snapshot, tell: Progress) -> Survey:
    """The client of Kubernetes takes seconds to import, which nobody without an access should wait for."""
    from lifeguard.observe.cluster.survey import survey

    tell(f"looking into cluster {access.name}")
    wanted = wanted_of(access, snapshot) or _of_no_pool(access, snapshot)
    return await survey(api, access, wanted, _note(access, wanted))


def _of_no_pool(access: Access, snapshot: Snapshot) -> Wanted:
    """The namespaces of the access itself: it may be tried before there is a pool."""
    workers = access.worker_namespaces or access.namespaces
    return Wanted((), snapshot.taken_at, access.namespaces, workers)


def _note(access: Access, wanted: Wanted) -> str | None:
    block = f"cluster-access/{visible(access.name)}"
    if not wanted.namespaces and not wanted.worker_namespaces:
        return f"No run says where its Job is: give namespaces and worker_namespaces in the block {block}"
    globs = ", ".join(access.pools)
    return None if wanted.pools else f"No work pool of type kubernetes is named {globs}: patrols do not use {block}"


def _print(api_url: str, surveys: Sequence[Survey], format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.survey_json import as_json

        sys.stdout.write(as_json(api_url, surveys) + "\n")
    else:
        from lifeguard.report.survey_terminal import show
        from lifeguard.report.terminal import standard_output

        show(surveys, standard_output())
