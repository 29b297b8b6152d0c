"""Where the policy's values come from, which source wins, and the sentence that a wrong one is refused with."""

from pathlib import Path
from typing import Any

import pytest

from lifeguard.configuration import ConfigurationError, Source, local_sources, merged


def refusal(file: Path | None = None, stored: dict[str, Any] | None = None, **environment: str) -> str:
    """The sentence that these sources are refused with."""
    with pytest.raises(ConfigurationError) as refused:
        merged([Source("the block watch-policy/lifeguard", stored or {}), *local_sources(file, environment)])
    return str(refused.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lifeguard.toml"


def test_the_environment_wins_over_the_file_and_that_over_the_server(file: Path) -> None:
    file.write_text("look_ahead_seconds = 2\nwait_warning_after_seconds = 2")
    stored = Source("block", {"look_ahead_seconds": 1, "wait_warning_after_seconds": 1, "failed_in_a_row": 1})
    policy = merged([stored, *local_sources(file, {"LIFEGUARD_LOOK_AHEAD_SECONDS": "3"})])
    assert (policy.look_ahead_seconds, policy.wait_warning_after_seconds, policy.failed_in_a_row) == (3, 2, 1)
    assert policy.concurrency == 2


def test_lists_are_written_with_commas_or_as_json() -> None:
    commas = merged(local_sources(None, {"LIFEGUARD_IGNORE_POOLS": "sandbox-*, test"}))
    as_json = merged(local_sources(None, {"LIFEGUARD_IGNORE_POOLS": '["sandbox-*", "test"]'}))
    assert commas.ignore_pools == as_json.ignore_pools == ("sandbox-*", "test")


def test_exceptions_for_pools_come_from_a_table(file: Path) -> None:
    file.write_text('[pools."batch-*"]\nwait_warning_after_seconds = 3600')
    policy = merged(local_sources(file, {}))
    assert policy.for_pool("batch-7").wait_warning_after_seconds == 3600
    assert policy.for_pool("web").wait_warning_after_seconds == 300


def test_the_file_may_be_named_by_the_environment(file: Path) -> None:
    file.write_text("concurrency = 5")
    assert merged(local_sources(None, {"LIFEGUARD_POLICY_FILE": str(file)})).concurrency == 5


def test_a_file_in_the_current_folder_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("concurrency = 6")
    monkeypatch.chdir(file.parent)
    assert merged(local_sources(None, {})).concurrency == 6


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert merged(local_sources(None, {"LIFEGUARD_CONCURRENCY": ""})).concurrency == 2


def test_a_wrong_value_is_named_with_its_place(file: Path) -> None:
    file.write_text("look_ahead_seconds = -5")
    expected = f"look_ahead_seconds in {file} is -5, but should be greater than or equal to 0 (default 900)."
    assert refusal(file) == expected


def test_the_place_is_the_source_whose_value_was_taken(file: Path) -> None:
    file.write_text("concurrency = 3")
    assert refusal(file, LIFEGUARD_CONCURRENCY="many").startswith("LIFEGUARD_CONCURRENCY is 'many', but")
    assert refusal(stored={"concurrency": 0}).startswith("concurrency in the block watch-policy/lifeguard is 0, but")


def test_a_misspelt_setting_is_refused_with_the_right_one(file: Path) -> None:
    file.write_text("look_ahed_seconds = 5")
    assert refusal(file) == f"look_ahed_seconds in {file} is no setting of the policy; did you mean look_ahead_seconds."


def test_a_misspelt_variable_is_refused_with_the_right_one() -> None:
    sentence = "LIFEGUARD_LOOK_AHED_SECONDS is no setting of Lifeguard; did you mean LIFEGUARD_LOOK_AHEAD_SECONDS?"
    assert refusal(LIFEGUARD_LOOK_AHED_SECONDS="5") == sentence


def test_variables_that_kubernetes_sets_for_a_service_named_lifeguard_are_left_alone() -> None:
    injected = {
        "LIFEGUARD_SERVICE_HOST": "10.0.0.1",
        "LIFEGUARD_PORT": "tcp://10.0.0.1:80",
        "LIFEGUARD_SERVICE_PORT": "80",
    }
    assert local_sources(None, injected) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("concurrency = ", "is no TOML"),
        ("concurrency = 65", "less than or equal to 64"),
        ("call_ceiling = 1.5", "valid integer"),
        ("look_ahead_seconds = nan", "should be"),
        ('pools = "x"', "valid dictionary"),
        ('[pools."a"]\nnope = 1', "pools.a.nope"),
    ],
)
def test_whatever_is_wrong_in_a_file_is_one_sentence_that_names_the_file(file: Path, text: str, complaint: str) -> None:
    file.write_text(text)
    sentence = refusal(file)
    assert complaint in sentence and str(file) in sentence and "\n" not in sentence


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    assert str(file) in refusal(file)


def test_json_that_is_none_is_refused_by_the_variable_s_name() -> None:
    assert refusal(LIFEGUARD_POOLS="{").startswith("LIFEGUARD_POOLS is '{', which is no JSON")
