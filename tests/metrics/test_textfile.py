"""The file for node_exporter: whole or not there at all."""

from pathlib import Path

import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.metrics.exposition import as_text
from lifeguard.metrics.textfile import write_textfile
from tests.metrics.promtool import promtool
from tests.metrics.standings import HOSTILE, reading, standing


def test_an_old_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "lifeguard.prom"
    file.write_text("old")
    write_textfile(standing(reading(HOSTILE)), file)
    assert file.read_bytes() == as_text(standing(reading(HOSTILE)))
    assert list(tmp_path.iterdir()) == [file]
    assert promtool("check", "metrics", text=file.read_bytes()) == ""


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "no" / "x.prom"
    with pytest.raises(ConfigurationError, match=r"x\.prom' cannot be written \(No such file or directory\)\."):
        write_textfile(standing(), file)


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "x.prom"
    folder.mkdir()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_textfile(standing(), folder)
    assert list(tmp_path.iterdir()) == [folder]
