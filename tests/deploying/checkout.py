"""A copy of this checkout as others have it: in a folder, in a git repository, and beside a Python without our packages."""

import os
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("flows", "blocks", "lifeguard", "prefect.yaml", "pyproject.toml", "README.md", "LICENSE")
FOREIGN = ("PREFECT_", "LIFEGUARD_", "GIT_", "VIRTUAL_ENV", "PYTHONPATH")


def copied_to(folder: Path, replaced: Mapping[str, str] | None = None) -> Path:
    """The files that a clone would have, with these texts of prefect.yaml replaced by others."""
    folder.mkdir()
    for name in CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    project = (folder / "prefect.yaml").read_text()
    for old, new in (replaced or {}).items():
        assert old in project
        project = project.replace(old, new)
    (folder / "prefect.yaml").write_text(project)
    return folder


def bare_repository(checkout: Path, repository: Path) -> str:
    """The address of a bare git repository that holds this checkout on the branch `main`."""
    author = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    _git(checkout, "init", "--quiet", "--initial-branch=main")
    _git(checkout, "add", "--all")
    _git(checkout, *author, "commit", "--quiet", "--no-verify", "--message=as it is")
    _git(checkout, "clone", "--quiet", "--bare", str(checkout), str(repository))
    return repository.as_uri()


def _git(folder: Path, *arguments: str) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *arguments], cwd=folder, env=own, check=True, capture_output=True)


def python_without_ours(folder: Path) -> Path:
    """A Python with all dependencies and none of our packages: files that make ours known work only in their own folder."""
    venv.create(folder, with_pip=False)
    (python,) = folder.glob("lib/python*/site-packages")
    (python / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return folder / "bin" / "python"


def environment(api_url: str, home: Path, **more: str) -> dict[str, str]:
    """Nothing of the developer's, and no uv: what is to be installed is there already."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    path = os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep) if not (Path(each) / "uv").exists())
    settings = {"PREFECT_API_URL": api_url, "PREFECT_HOME": str(home), "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    return {**own, "PATH": path, **settings, **more}


def deploy(checkout: Path, api_url: str, home: Path, said: Mapping[str, str], executable: Path | None = None) -> None:
    """`prefect --no-prompt deploy --all` in a shell that says this."""
    command = [str(executable)] if executable else [sys.executable, "-m", "prefect"]
    done = subprocess.run(
        [*command, "--no-prompt", "deploy", "--all"],
        env=environment(api_url, home, **said),
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
