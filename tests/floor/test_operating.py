"""Every command and setting that docs/operating.md names exists."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from flask import Flask

from community_book.base.settings import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text()
SPOKEN = [line.strip() for line in PAGE.splitlines() if line.startswith("    ")] + re.findall(r"`([^`]+)`", PAGE)
"""Lines of code blocks, and what stands in backticks."""


def commands() -> list[list[str]]:
    said = [command for line in SPOKEN for command in re.findall(r"(?:^|[\s/;'])flask ([a-z][^#'`]*)", line)]
    return [command.split() for command in said]


def test_the_page_names_the_commands_an_operator_needs() -> None:
    named = {" ".join(words[:1]) for words in commands()}
    assert {"db", "set-up", "deploy-check", "worker", "clocks", "backup", "restore", "invariants", "audit"} <= named


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_it_names_is_there_with_its_options(app: Flask, words: list[str]) -> None:
    command: click.Command = app.cli.commands.get(words[0]) or {"db": import_module("flask_migrate.cli").db}[words[0]]
    rest = words[1:]
    while isinstance(command, click.Group) and rest:
        assert rest[0] in command.commands, " ".join(words)
        command, rest = command.commands[rest[0]], rest[1:]
    assert not isinstance(command, click.Group), " ".join(words)
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options, " ".join(words)


def test_the_programs_scripts_and_settings_it_names_are_there() -> None:
    source = "".join(
        (ROOT / path).read_text()
        for path in ("community_book/base/settings.py", "gunicorn.conf.py", "tools/prepare_database.py")
    )
    for name in re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", PAGE, re.MULTILINE):
        for setting in re.findall(r"[A-Z_]+", name):
            assert re.search(f"""["']{setting}["']""", source), setting
    for program in re.findall(r"\.venv/bin/([a-z]+)", PAGE):
        assert (Path(sys.executable).parent / program).exists(), program
    for script in re.findall(r"tools/\w+\.\w+", PAGE):
        assert (ROOT / script).exists(), script
    units = set(re.findall(r"community-book-[a-z]+", PAGE))
    assert units == {"community-book-web", "community-book-worker", "community-book-backup"}
