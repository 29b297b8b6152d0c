"""`lifeguard cluster` where none is saved yet; what it recommends, and what examples/kubernetes says, is done for real."""

import re
import shlex
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_kubernetes.credentials import KubernetesClusterConfig, KubernetesCredentials

from blocks.cluster_access import ClusterAccess
from tests.cluster.objects import recorded_objects
from tests.cluster.server import ClusterServer
from tests.commands.command_line import lifeguard, settings
from tests.estate import Estate

ROOT = Path(__file__).parents[2]
README = (ROOT / "examples" / "kubernetes" / "README.md").read_text()


@pytest.fixture
def bare(estate: Estate) -> Generator[Estate, None, None]:
    """A server without an access, whatever the test before saved."""
    forget(estate.api_url)
    yield estate
    forget(estate.api_url)


def forget(api_url: str) -> None:
    with temporary_settings({PREFECT_API_URL: api_url}):
        for block, name in (
            (ClusterAccess, "prod"),
            (KubernetesCredentials, "lifeguard"),
            (KubernetesClusterConfig, "lifeguard"),
        ):
            with suppress(ValueError):
                block.delete(name)


def python(api_url: str, folder: Path, code: str) -> None:
    """Run Python as in a checkout, with this folder as the current one."""
    environment = {**settings(api_url), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=folder, check=True, timeout=100)


def test_the_sentence_says_how_to_save_one_and_that_works(bare: Estate, tmp_path: Path) -> None:
    ended = lifeguard("cluster", api_url=bare.api_url)
    (sentence,) = ended.sentences
    assert (ended.status, ended.out) == (2, "")
    _, flag, code = shlex.split(sentence[sentence.index("python -c") : sentence.index(" (see examples")])
    python(bare.api_url, tmp_path, code)
    after = lifeguard("cluster", api_url=bare.api_url, COLUMNS="160")
    assert (flag, after.status) == ("-c", 2)
    assert "the block kubernetes-credentials/lifeguard does not exist" in after.out


def test_what_the_readme_saves_lets_everything_be_read(bare: Estate, tmp_path: Path) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    bare.pool("k8s", type="kubernetes")
    with ClusterServer() as cluster:
        cluster.restore(recorded_objects())
        cluster.grant(yaml.safe_load_all((ROOT / "examples" / "kubernetes" / "rbac.yaml").read_text()))
        (tmp_path / "lifeguard.kubeconfig").write_text(yaml.safe_dump(cluster.kubeconfig()))
        python(bare.api_url, tmp_path, snippet)
        ended = lifeguard("cluster", api_url=bare.api_url, COLUMNS="160")
    assert (ended.status, ended.out.splitlines()[-1]) == (0, "Everything that is needed can be read")
