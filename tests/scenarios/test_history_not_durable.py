"""history-not-durable: the default file, in a container that is gone when the run ends."""

from pathlib import Path

import pytest

from tests.estate import Estate
from tests.remembering import codes_kept, kept

ON_KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}


def lies_on_the_root(_: Path) -> bool:
    return False


def lies_on_a_volume(_: Path) -> bool:
    return True


@pytest.fixture(autouse=True)
def not_on_a_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tests run, a folder for temporary files may well be one."""
    monkeypatch.setattr("lifeguard.record.keep._is_mounted", lies_on_the_root)


def test_the_default_file_on_kubernetes_is_a_warning_and_is_told_as_one(estate: Estate, tmp_path: Path) -> None:
    judgement, changes = kept(estate, tmp_path, ON_KUBERNETES)
    (finding,) = [each for each in judgement.findings if each.code == "history-not-durable"]
    assert (finding.severity.value, finding.evidence["platform"], changes.is_recorded) == (
        "warning",
        "Kubernetes",
        True,
    )


def test_a_database_that_was_named_outlives_the_container(estate: Estate, tmp_path: Path) -> None:
    named = {"LIFEGUARD_DATABASE_URL": f"sqlite:///{tmp_path}/named.db"}
    assert codes_kept(estate, tmp_path, {**ON_KUBERNETES, **named}) == []


def test_a_machine_keeps_its_files(estate: Estate, tmp_path: Path) -> None:
    assert codes_kept(estate, tmp_path, {}) == []


def test_a_volume_outlives_the_container(estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifeguard.record.keep._is_mounted", lies_on_a_volume)
    assert codes_kept(estate, tmp_path, ON_KUBERNETES) == []


def test_a_file_that_outlived_a_patrol_is_kept_by_somebody(estate: Estate, tmp_path: Path) -> None:
    assert codes_kept(estate, tmp_path, ON_KUBERNETES) == ["history-not-durable"]
    assert codes_kept(estate, tmp_path, ON_KUBERNETES) == []
