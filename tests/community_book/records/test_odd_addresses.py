"""Whatever an address of the record says, it is answered."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base.actor import Role
from tests.makers import actor_for, client_of, make_organisation

PATHS = (
    "/records?until=9999-12-31",
    "/records?from=0001-01-01&until=0001-01-01",
    "/records?before=999999999999999",
    "/records?before=-1&act=%00&organisation=%25&reference=need:",
    "/records?reference=" + "N" * 5000,
    "/records/0",
    "/records/9223372036854775807",
    "/records/99999999999999999999999999",
    "/records/chain?page=99999999",
    "/records/acts.csv?until=9999-12-31",
)


@pytest.mark.parametrize("path", PATHS)
def test_an_odd_address_is_answered(app: Flask, path: str) -> None:
    body = make_organisation("Example Council", is_council=True)
    auditor = actor_for(body, Role.AUDITOR)
    answer = client_of(app, auditor.person_id or 0, body.id).get(path)
    assert answer.status_code in {200, 400, 404}
