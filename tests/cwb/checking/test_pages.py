"""The pages of batches: a verifier goes all the way by them, and everybody can draw the sample again."""

from __future__ import annotations

import contextlib
import csv
import io
import re

import pytest

from community_book.base import clock, dispatcher
from community_book.base.clock import quarter_dates
from cwb.checking import actions
from cwb.deliveries.rules import DeliveryState
from tests.cwb.checking.conftest import text
from tests.cwb.deliveries.conftest import counted
from tests.makers import send
from tests.makers_checking import (
    after_the_quarter,
    batch_row,
    let_the_site_work,
    make_checked,
    make_drawn,
    make_field,
    open_for,
    sample_of,
)
from tests.makers_deliveries import decide, make_delivery, row_of

S = DeliveryState


def test_a_verifier_goes_all_the_way_from_opening_to_accepting(three_are_enough, app, browser):
    field = make_field(6)
    with clock.held_at(quarter_dates(field.quarter)[1]):
        verifier = browser(field.council.verifier)
        assert "6 reports as things stand" in text(verifier.get("/checking"))
        opened = send(verifier, "/checking", quarter=field.quarter)
        assert opened.status_code == 303
        address = opened.location
        assert "Its reports can be frozen from" in text(verifier.get(address))
    with after_the_quarter(field.quarter):
        verifier = browser(field.council.verifier)
        assert "Freeze the reports" in text(verifier.get(address))
        assert "Draw the sample" in text(follow(verifier, send(verifier, f"{address}/freeze")))
        drawn = text(follow(verifier, send(verifier, f"{address}/draw")))
        assert "0 of 3 drawn reports are checked" in drawn
        assert "Check the next of the sample" in drawn
        page = verifier.get("/to-verify/next?queue=sample").location
        for _ in range(3):
            shown = text(verifier.get(page))
            assert "This report was drawn by lot" in shown
            assert not re.search(r'name="basis"[^>]* checked', shown), "what it is checked by, the verifier says"
            answer = send(verifier, page, act="verify", basis="telephone")
            assert answer.status_code == 303
            page = answer.location
        assert page == address, "after the last of the sample the batch is shown"
        checked = text(verifier.get(address))
        assert "3 of 3 drawn reports are checked. None claimed too much." in checked
        assert "No estimate is made of fewer than 30 checked reports" in checked
        asked = text(verifier.get(f"{address}/accept"))
        assert "3 reports that nobody looked at are verified in full" in asked
        done = send(verifier, f"{address}/accept", version=version_in(asked))
        assert "0 of 3 are done" in text(follow(verifier, done))
        let_the_site_work()
        assert "3 were accepted with them" in text(verifier.get(address))
    assert sum(row_of(one).verified_how == "sampled" for one in field.references) == 3


def follow(browser, answer):
    assert answer.status_code == 303, text(answer)
    return browser.get(answer.location)


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_a_page_that_came_too_late_is_answered_with_what_is_true_now(three_are_enough, app, browser):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        late = browser(field.council.second)
        asked = text(late.get(f"/checking/{reference}/accept"))
        actions.accept_batch(field.council.verifier, reference)
        answer = send(late, f"/checking/{reference}/accept", version=version_in(asked))
    assert answer.status_code == 409
    assert "being accepted" in text(answer)


def test_giving_up_asks_why_and_keeps_what_was_typed(app, browser):
    field = make_field(3)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        verifier = browser(field.council.verifier)
        address = f"/checking/{reference}/give-up"
        assert send(verifier, address, reason="").status_code == 422
        long = "x" * 600
        again = send(verifier, address, reason=long)
        assert again.status_code == 422
        assert long in text(again)
        assert send(verifier, address, reason="Nobody has time for it").status_code == 303
        assert "Nobody has time for it" in text(verifier.get(f"/checking/{reference}"))
    assert "Nobody has time" not in text(app.test_client().get(f"/samples/{reference}"))


def test_what_is_open_to_others_has_no_buttons(app, browser):
    field = make_field(3)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        auditor = browser(field.council.auditor)
        page = text(auditor.get(f"/checking/{reference}"))
        assert "0 of 3" in page
        assert "Give the batch up" not in page
        assert auditor.get(f"/checking/{reference}/give-up").status_code == 403
        assert send(auditor, "/checking", quarter=field.quarter).status_code == 403
        for who in (field.council.officer, field.pair.offering, field.pair.asking):
            assert browser(who).get("/checking").status_code == 403
        assert browser(field.council.verifier).get("/checking/B-ZZZZZZ").status_code == 404


def test_everybody_sees_the_hash_before_and_the_seed_only_after_the_draw(app):
    field = make_field(3)
    with clock.held_at(quarter_dates(field.quarter)[1]):
        reference = open_for(field)
    seed = batch_row(reference).seed
    anybody = app.test_client()
    with after_the_quarter(field.quarter):
        for step in (None, actions.freeze_batch):
            if step is not None:
                step(field.council.verifier, reference)
            for address in ("/samples", f"/samples/{reference}", f"/samples/{reference}.csv"):
                page = text(anybody.get(address))
                assert seed not in page
                assert not any(one in page for one in field.references)
            assert batch_row(reference).seed_hash in text(anybody.get("/samples"))
        actions.draw_batch(field.council.verifier, reference)
    page = text(anybody.get(f"/samples/{reference}"))
    assert seed in page
    assert all(one in page for one in field.references)


def test_the_lines_on_the_page_draw_the_same_sample(three_are_enough, app, tmp_path, monkeypatch):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
    anybody = app.test_client()
    page = anybody.get(f"/samples/{reference}").get_data(as_text=True)
    lines = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    assert lines
    program = lines[1].replace("&#34;", '"').replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<")
    table = anybody.get(f"/samples/{reference}.csv").get_data()
    (tmp_path / f"sample-{reference}.csv").write_bytes(table)
    monkeypatch.chdir(tmp_path)
    said = run(program)
    assert said == ["seed fits its hash: True", "sample is what it draws: True"]
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert {row["reference"] for row in rows if row["drawn"] == "yes"} == sample_of(reference)
    (tmp_path / f"sample-{reference}.csv").write_bytes(table.replace(b",no", b",yes", 1))
    assert run(program) == ["seed fits its hash: True", "sample is what it draws: False"]


def run(program: str) -> list[str]:
    """What the lines print."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(program, {})
    return out.getvalue().split("\n")[:-1]


def test_the_queue_says_why_each_report_is_checked_by_itself_heaviest_first(app, browser):
    field = make_field(1)
    same = {"pair": field.pair, "commitment": field.first.commitment, "council": field.council}
    silent = make_delivery(S.UNANSWERED, **same, amount=50)
    with after_the_quarter(field.quarter):
        verifier = browser(field.council.verifier)
        rows = list(csv.DictReader(io.StringIO(verifier.get("/to-verify.csv").get_data().decode("utf-8-sig"))))
        order = [row["reference"] for row in rows]
        assert order.index(silent.reference) < order.index(field.references[0]), "older, but without a risk"
        page = text(verifier.get("/to-verify"))
    assert "the group did not answer" in page
    assert order[-1] == field.references[0]


def test_a_desk_says_what_a_batch_waits_for(app, browser):
    field = make_field(3)
    with clock.held_at(quarter_dates(field.quarter)[1]):
        reference = open_for(field)
    with after_the_quarter(field.quarter):
        verifier = browser(field.council.verifier)
        for act, said in (
            (None, "can be frozen"),
            (actions.freeze_batch, "draw the sample"),
            (actions.draw_batch, "to check"),
        ):
            if act is not None:
                act(field.council.verifier, reference)
            desk = text(verifier.get("/desk"))
            assert said in desk
            assert f"/checking/{reference}" in desk
        for one in field.made:
            decide(one, basis="word")
        assert "is checked: decide" in text(verifier.get("/desk"))
        assert f"/checking/{reference}" not in text(browser(field.council.officer).get("/desk"))


def test_a_frozen_report_says_so_on_its_page(app, browser):
    field = make_field(3)
    with after_the_quarter(field.quarter):
        make_drawn(field)
        page = text(browser(field.pair.offering).get(f"/deliveries/{field.references[0]}"))
    assert "Nobody changes it until they are decided, at the latest on" in page
    assert "Take it back" not in page


def test_a_provider_found_wrong_is_written_to_and_stands_on_the_page(app, browser):
    field = make_field(3)
    with after_the_quarter(field.quarter):
        make_drawn(field)
        decide(field.made[0], "reject")
        dispatcher.dispatch_all()
        notices = text(browser(field.pair.offering).get("/notices"))
        assert "For a while we check each of your reports" in notices
        page = text(browser(field.council.verifier).get("/checking"))
        assert field.references[0] in page
        assert "until the end of" in page


@pytest.mark.parametrize("odd", ["?page=-3", "?page=99999999", "?page=x", "?anything=else"])
def test_odd_addresses_are_answered(app, odd):
    field = make_field(2)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
    for address in ("/samples", f"/samples/{reference}"):
        assert app.test_client().get(address + odd).status_code == 200


def test_where_there_is_no_batch_the_pages_say_what_to_do(app, browser):
    field = make_field(1)
    assert "opened no batch yet" in text(app.test_client().get("/samples"))
    page = text(browser(field.council.verifier).get("/checking"))
    assert "No batch is under way" in page
    assert "Open a batch" in page


def test_the_pages_ask_little_of_the_database_however_many_reports_there_are(three_are_enough, app, browser):
    """Fifteen at most on each page, with a batch of four and one of twelve."""
    few = make_field(4)
    with after_the_quarter(few.quarter):
        reference = make_checked(few)
        actions.accept_batch(few.council.verifier, reference)
        let_the_site_work()
    more = make_field(12, council=few.council)
    with after_the_quarter(few.quarter):
        larger = make_drawn(more)
        verifier = browser(few.council.verifier)
        pages = ["/checking", "/samples", "/to-verify", "/to-verify?queue=sample"]
        pages += [f"/{kind}/{one}" for kind in ("checking", "samples") for one in (reference, larger)]
        for address in pages:
            verifier.get(address)
            with counted() as statements:
                assert verifier.get(address).status_code == 200
            assert len(statements) <= 15, (address, statements)
