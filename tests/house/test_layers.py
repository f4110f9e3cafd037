"""The contracts of import-linter in pyproject.toml see a planted breach of each kind.

That they hold for the real code is a step of its own in `make check`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOUND = {
    "community_book/base/tables.py": "import sqlalchemy",
    "community_book/web/forms.py": "import flask",
    "community_book/needs/rules.py": "from community_book.base import amounts",
    "community_book/base/amounts.py": "",
    "community_book/needs/tables.py": "from community_book.base import tables",
    "community_book/needs/queries.py": "from community_book.needs import tables",
    "community_book/needs/pages.py": "import flask\nfrom community_book.web import forms",
    "cwb/pledges/rules.py": "from community_book.needs import rules",
    "cwb/pledges/queries.py": "from community_book.needs import tables",
    "cwb/wiring.py": "from cwb.pledges import queries",
}
PLANTED = {
    "The upper house stands on the lower": {"community_book/needs/queries.py": "import cwb.pledges.rules"},
    "A room of the lower house": {"community_book/web/forms.py": "import community_book.needs.rules"},
    "A room of the upper house": {
        "cwb/pledges/queries.py": "import cwb.matching.rules",
        "cwb/matching/rules.py": "",
    },
    "What a room knows and does is free of Flask": {"cwb/pledges/queries.py": "from community_book.web import forms"},
    "Rules are pure": {"cwb/pledges/rules.py": "from community_book.base import tables"},
    "Only tables, queries and actions touch tables": {
        "community_book/needs/pages.py": "from community_book.needs import tables"
    },
}


def lint(folder: Path, files: dict[str, str]) -> tuple[int, str]:
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(folder).parents:
            (folder / package / "__init__.py").touch()
        path.write_text(source + "\n")
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_sound_house_is_let_through(tmp_path: Path) -> None:
    code, said = lint(tmp_path, SOUND)
    assert code == 0, said


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_breach_is_seen(contract: str, tmp_path: Path) -> None:
    code, said = lint(tmp_path, SOUND | PLANTED[contract])
    assert code == 1, said
    assert any(line.startswith(contract) and "BROKEN" in line for line in said.splitlines()), said


def test_a_room_nobody_has_given_a_place_is_seen(tmp_path: Path) -> None:
    code, said = lint(tmp_path, SOUND | {"cwb/attic/rules.py": ""})
    assert code == 1
    assert "cwb.attic" in said
