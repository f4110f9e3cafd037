"""Which file of a room may import what: the table in CONTRIBUTING.md, read from the syntax tree.

import-linter (see pyproject.toml) holds the houses, the order of the rooms and freedom from Flask. This holds
the rest of the table, and what an `actions` file looks like from outside.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("community_book", "cwb")
OPEN_TO_ALL = {"community_book.base"}
WEB = "community_book.web"
DEMO = "cwb.demo"
LONGEST = 400  # lines; at about 300 a file becomes a folder

# kind of file: (files of its own room, files of lower rooms, may it import `web`)
TABLE: dict[str, tuple[set[str], set[str], bool]] = {
    "rules": (set(), {"rules"}, False),
    "tables": ({"rules"}, {"tables"}, False),
    "views": ({"rules"}, {"rules", "views"}, False),
    "queries": ({"tables", "views", "rules"}, {"tables", "queries", "views", "rules"}, False),
    "actions": ({"tables", "queries", "views", "rules"}, {"actions", "queries", "views", "rules"}, False),
    "schemas": ({"rules", "views"}, {"rules", "views", "schemas"}, True),
}
MANNERS = {"pages", "api", "commands"}
SEEN_FROM_MANNERS = {"queries", "views", "rules"}
OPEN_TO_HIGHER_ROOMS = {("community_book.search", "texts")}  # pure, and matching ranks with it (decision 0021)
USE_ENGINES = {"queries", "actions"}  # of their own room: what no other room has, such as an engine or a port


# (room, kind of file) -> each of its public functions with the name of its first parameter
FunctionsOf = Callable[[str, str], dict[str, str]]


class Import(NamedTuple):
    room: str  # "cwb.pledges"
    kind: str  # "rules", "actions" …; "" where a room itself is imported
    names: tuple[str, ...]  # what is used of it
    line: int


def place_of(module: str) -> tuple[str, str]:
    """`cwb.pledges.rules.states` lies in the room `cwb.pledges` and is of the kind `rules`."""
    parts = module.split(".")
    return ".".join(parts[:2]), parts[2] if len(parts) > 2 else ""


def imports_of(tree: ast.Module) -> Iterator[Import]:
    """Every import from either house, with the names that are used of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in HOUSES:
                    yield Import(*place_of(alias.name), ("*",), node.lineno)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in HOUSES:
            for alias in node.names:
                room, kind = place_of(f"{node.module}.{alias.name}")
                whole_file = node.module == room  # from cwb.pledges import actions as pledges
                names = attributes_of(tree, alias.asname or alias.name) if whole_file else (alias.name,)
                yield Import(room, kind, names, node.lineno)


def attributes_of(tree: ast.Module, name: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        )
    )


def breaches(module: str, source: str, functions_of: FunctionsOf) -> Iterator[str]:
    """What this file imports and may not."""
    own_room, own_kind = place_of(module)
    if own_room in {*OPEN_TO_ALL, WEB, DEMO} or own_kind in {"", "wiring"} or own_room.endswith(".wiring"):
        return  # the floor, the wiring and the demo, which plays people, are held by the order of the rooms alone
    for found in imports_of(ast.parse(source)):
        where = f"{module}:{found.line}"
        said = f"{found.room}.{found.kind}".rstrip(".")
        if found.room in OPEN_TO_ALL:
            continue
        if own_kind in TABLE:
            own, lower, sees_web = TABLE[own_kind]
            if own_kind in USE_ENGINES and found.kind not in {*TABLE, *MANNERS}:
                own = own | {found.kind}
        else:  # pages, api, commands, and files that only this room has (an engine, a port)
            others = MANNERS - {own_kind} if own_kind in MANNERS else MANNERS
            own, lower, sees_web = {found.kind} - others - {"tables"}, SEEN_FROM_MANNERS, own_kind in MANNERS
        if found.room == WEB:
            if not sees_web:
                yield f"{where} {own_kind} may not import {said}"
        elif found.room == own_room:
            if found.kind not in own | {own_kind}:
                yield f"{where} {own_kind} may not import {found.kind} of its own room"
        elif (found.room, found.kind) in OPEN_TO_HIGHER_ROOMS:
            continue
        elif found.kind not in lower:
            yield f"{where} {own_kind} may not import {said}"
        elif found.kind == "actions":
            firsts = functions_of(found.room, "actions")
            for name in found.names:
                if firsts.get(name) != "work":
                    yield f"{where} {said}.{name} is not a step: only functions that take `work` first are"


def first_parameters(source: str) -> dict[str, str]:
    """Each public function of a file and the name of its first parameter ("" where it has none)."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            parameters = [*node.args.posonlyargs, *node.args.args]
            found[node.name] = parameters[0].arg if parameters else ""
    return found


def neither_act_nor_step(module: str, source: str) -> Iterator[str]:
    if place_of(module)[1] == "actions":
        for name, first in first_parameters(source).items():
            if first not in {"actor", "work"}:
                yield f"{module}.{name} takes {first or 'nothing'} first: an act takes `actor`, a step `work`"


def too_long(module: str, source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > LONGEST:
        yield f"{module} has {lines} lines: split it by what the user is doing"


def files() -> Iterator[tuple[str, str]]:
    """Every module of both houses by name, with its source."""
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text()


@lru_cache
def functions_of(room: str, kind: str) -> dict[str, str]:
    """The functions of a file of a room, or of all files where it has become a folder."""
    found: dict[str, str] = {}
    for module, source in files():
        if place_of(module) == (room, kind):
            found |= first_parameters(source)
    return found
