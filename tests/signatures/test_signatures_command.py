"""`lifeguard signatures`: what logs mean, without any server, and what it says of files that it cannot read."""

import io
import sys
from pathlib import Path

import orjson
import pytest

from lifeguard.commands.log_files import signs_of
from lifeguard.commands.signatures import run_signatures
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError
from lifeguard.signatures.known import SIGNATURES
from tests.commands.command_line import lifeguard
from tests.signatures.recorded import LINES

CRASH = LINES / "worker-500-391.log"


def test_a_log_is_explained_with_a_line_of_it_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_signatures([str(CRASH)], "table") is Status.FOUND
    out = capsys.readouterr().out
    assert (
        "A worker that was about to submit a run got HTTP 500: no client tries that again, and the worker ends." in out
    )
    assert "prefect config set PREFECT_CLIENT_RETRY_EXTRA_CODES=500" in out


def test_a_log_with_nothing_known_in_it_is_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "calm.log").write_text("16:00:00.000 | INFO | all is well\n")
    assert run_signatures([str(tmp_path / "calm.log")], "table") is Status.FINE
    assert "Nothing that Lifeguard knows is in" in capsys.readouterr().out


def test_without_a_file_every_signature_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_signatures([], "json") is Status.FINE
    told = orjson.loads(capsys.readouterr().out)["signatures"]
    assert [each["signature"] for each in told] == [each.key for each in SIGNATURES]
    assert run_signatures([], "table") is Status.FINE
    assert capsys.readouterr().out.count("  means ") == len(SIGNATURES)


def test_programs_get_the_time_as_written_where_no_day_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    run_signatures([str(CRASH)], "json")
    (sign,) = orjson.loads(capsys.readouterr().out)["signs"]
    assert (sign["signature"], sign["last"]["at"], len(sign["last"]["written"])) == ("deployment-500", None, 12)


def test_standard_input_is_read_with_no_server_at_all() -> None:
    done = lifeguard("signatures", "no-such.log", api_url="http://127.0.0.1:1/api")
    assert (done.status, done.out) == (2, "")
    assert done.sentences == [
        "The log 'no-such.log' cannot be read (No such file or directory): name a text file, or - for standard input."
    ]


def test_the_command_line_takes_a_dash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from lifeguard.cli import app

    with CRASH.open() as text:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.FileIO(text.fileno(), closefd=False)))
        app(["signatures", "-", "--format", "json"], result_action="return_value")
    assert orjson.loads(capsys.readouterr().out)["signs"][0]["log"] == "standard input"


def sentence(*files: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        signs_of(files)
    return str(refused.value)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert sentence(str(tmp_path)) == f"The log '{tmp_path}' is a directory: name a text file, or - for standard input."


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.log.gz").write_bytes(b"\x1f\x8b\x00\x00")
    assert "is no text: unpack it first if it is compressed" in sentence(str(tmp_path / "old.log.gz"))


def test_a_name_that_is_no_path_is_refused_and_shown_visibly() -> None:
    assert sentence("a\x00\u202eb").startswith("The log 'a\\\\x00\\\\u202eb' cannot be read (it is no path)")


def test_standard_input_is_not_read_twice() -> None:
    assert sentence("-", "-") == "Standard input (-) can be read once: name it once."


def test_bytes_that_are_no_utf8_do_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "latin.log").write_bytes("16:00:00 | Zürich: database is locked\n".encode("latin-1"))
    (sign,) = signs_of([str(tmp_path / "latin.log")])
    assert (sign.count, sign.ended is not None) == (1, True)
