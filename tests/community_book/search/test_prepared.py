"""The encoder is kept as it stands in memory, and read as it comes where what was kept is of no use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from community_book.search.texts import prepared

TEXTS = ["A van and a driver on Tuesdays", "Rydym yn chwilio am yrrwr", "9 laptops, 3 of them working 🦊"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture(scope="module")
def as_it_comes(folder: Path) -> Any:
    return prepared.prepare(folder)


def test_the_encoder_that_was_kept_says_the_same_to_the_last_bit(folder: Path, as_it_comes: Any) -> None:
    kept = prepared.read(folder)
    assert kept is not None
    assert kept is not as_it_comes
    assert np.array_equal(kept.encode(TEXTS), as_it_comes.encode(TEXTS))


def test_its_tables_are_read_from_the_file_and_cannot_be_changed(folder: Path, as_it_comes: Any) -> None:
    kept = prepared.read(folder)
    assert kept is not None
    assert kept._backend.table.nbytes > 60_000_000
    with pytest.raises(ValueError, match="read-only"):
        kept._backend.table[0] = 0


def test_what_another_version_kept_is_left_alone(
    folder: Path, as_it_comes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared.np, "__version__", "0.0")
    assert prepared.read(folder) is None


@pytest.mark.parametrize("damaged", ["meaning", "meaning.tables"])
def test_damaged_files_are_left_alone(folder: Path, as_it_comes: Any, tmp_path: Path, damaged: str) -> None:
    for name in ("meaning", "meaning.tables"):
        content = (folder / name).read_bytes()
        (tmp_path / name).write_bytes(content[:-100] if name == damaged else content)
    assert prepared.read(tmp_path) is None


def test_where_nothing_was_kept_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert prepared.read(tmp_path) is None
