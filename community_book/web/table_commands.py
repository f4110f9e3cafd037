"""What commands that take in a file share: one too large, rows that cannot be read, a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import click

from community_book.base.errors import HouseError, Refused
from community_book.base.table_files import BadRow

MEGABYTE = 1024 * 1024
A_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
"""The type of an argument that names a file there is."""


class TableRead(Protocol):
    """What a room makes of a table: at least the rows that cannot be taken in."""

    @property
    def bad(self) -> Sequence[BadRow]: ...


Read = TypeVar("Read", bound=TableRead)


def read_file(file: Path, read: Callable[[bytes], Read], *, what: str, megabytes: int) -> Read:
    """What `read` makes of the file. `what` the file should be is said where it is too large.

    Raises ClickException, with a line for each bad row on standard error, where one cannot be taken in.
    """
    if file.stat().st_size > megabytes * MEGABYTE:
        raise click.ClickException(f"{file.name} has more than {megabytes} MB: it is no {what}.")
    found = read(file.read_bytes())
    if found.bad:
        for row in found.bad:
            click.echo(str(row.says()), err=True)
        raise click.ClickException(f"Nothing was loaded: {len(found.bad)} things are wrong in {file.name}.")
    return found


@contextmanager
def refusals_said(nothing: str = "Nothing was loaded.", hints: dict[str, str] | None = None) -> Iterator[None]:
    """Says what an act refuses, a line for each problem; `hints` adds words where a field is among them."""
    try:
        yield
    except Refused as refused:
        fields = [problem.field for problem in refused.problems]
        for problem in refused.problems:
            click.echo(str(problem.message), err=True)
        words = [nothing, *(hint for field, hint in (hints or {}).items() if field in fields)]
        raise click.ClickException(" ".join(words)) from refused
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
