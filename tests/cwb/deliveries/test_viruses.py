"""A report whose file has a virus in it: the file is refused, the finding written down, nothing kept."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from community_book.base import audit, work
from community_book.base import settings as chosen
from community_book.base.clock import today
from community_book.base.errors import Refused
from community_book.base.files import store
from cwb.deliveries import actions
from tests.cwb.deliveries.conftest import text
from tests.cwb.deliveries.test_pages import of
from tests.makers import send
from tests.makers_commitments import make_commitment, make_pair, terms_of
from tests.makers_deliveries import a_file, make_delivery, new_report, row_of
from tests.support.clamd import FINDING, fake_clamd, test_virus


@pytest.fixture
def clamd(app):
    """A scanner in force for the site."""
    before = chosen.settings()
    with fake_clamd() as (fake, address):
        chosen.use(replace(before, clamd=address))
        yield fake
        chosen.use(before)


def told_of(subject: str) -> list[tuple[str, object]]:
    with work.reading() as reading:
        return [(entry.act, entry.facts.get("finding")) for entry in audit.history(reading, subject)]


def test_a_virus_is_refused_written_down_and_not_kept(app, clamd):
    pair = make_pair()
    commitment = make_commitment(pair)
    before = set(store().hashes())
    with pytest.raises(Refused, match="a virus was found in it"):
        actions.report(pair.offering, commitment, new_report(), [a_file("bad.csv", test_virus())])
    assert set(store().hashes()) == before
    assert terms_of(commitment).reported == 0
    assert told_of(f"commitment:{commitment}")[0] == ("delivery.refuse_infected_file", FINDING)


def test_a_file_added_later_is_scanned_too(app, clamd):
    made = make_delivery()
    with pytest.raises(Refused, match="a virus was found in it"):
        actions.add_evidence(made.providing, made.reference, [a_file("bad.csv", test_virus())])
    assert told_of(f"delivery:{made.reference}")[0] == ("delivery.refuse_infected_file", FINDING)
    actions.add_evidence(made.providing, made.reference, [a_file()])
    assert clamd.scanned[-1] == b"day,people\n1,2\n"


def test_the_form_comes_back_with_what_was_typed_and_goes_through_without_the_file(app, clamd, browser):
    pair = make_pair()
    commitment = make_commitment(pair)
    provider = browser(pair.offering)
    address = f"/promises/{commitment}/what-happened"
    typed = {"amount": "2", "what_happened": "We cooked together.", **of(today())}
    bad = send(provider, address, **typed, files=[(io.BytesIO(test_virus()), "bad.csv")])
    assert bad.status_code == 422
    assert "“bad.csv” was not taken: a virus was found in it" in text(bad)
    assert "We cooked together." in text(bad)
    good = send(provider, address, **typed)
    assert good.status_code == 303
    assert row_of(good.location.rpartition("/")[2]).what_happened == "We cooked together."


def test_while_the_scanner_is_away_no_file_is_taken_and_ready_says_so(app, browser):
    before = chosen.settings()
    pair = make_pair()
    commitment = make_commitment(pair)
    kept = set(store().hashes())
    chosen.use(replace(before, clamd="127.0.0.1:1"))
    try:
        answer = send(
            browser(pair.offering),
            f"/promises/{commitment}/what-happened",
            amount="2",
            files=[(io.BytesIO(b"a,b\n1,2\n"), "list.csv")],
            **of(today()),
        )
        ready = app.test_client().get("/ready")
    finally:
        chosen.use(before)
    assert answer.status_code == 422
    assert "cannot be checked for viruses just now; send it again in a while" in text(answer)
    assert set(store().hashes()) == kept
    assert ready.status_code == 503
    assert "scanner" in ready.get_data(as_text=True)
    assert "scanner" not in app.test_client().get("/ready").get_data(as_text=True)
