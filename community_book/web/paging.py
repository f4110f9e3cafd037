"""Lists that page: a page number that forgives, and links that keep the filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
PER_PAGE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `number` counts from 1."""

    items: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))


def asked_page() -> int:
    """The page number in the address; anything that is no sensible number is page 1."""
    typed = request.args.get("page", "1")
    return min(max(1, int(typed)), 1_000_000) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 1


def count_and_slice(
    session: Session, statement: Select[T], number: int, per_page: int = PER_PAGE
) -> tuple[int, Select[T]]:
    """How many rows a select has, and the select of one page of it: two queries in all."""
    total = session.execute(select(func.count()).select_from(statement.order_by(None).subquery())).scalar_one()
    return total, statement.limit(per_page).offset((number - 1) * per_page)


def page_url(number: int) -> str:
    """This list's address at another page, with its filters."""
    filters = request.args.to_dict(flat=False)
    # What `url_for` itself understands (_scheme, _external, endpoint) is not taken from the address.
    filters = {name: values for name, values in filters.items() if not name.startswith("_") and name != "endpoint"}
    args: dict[str, Any] = {**filters, **(request.view_args or {}), "page": number}
    return url_for(request.endpoint or "static", **args)
