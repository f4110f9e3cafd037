"""Anybody adds up the public figures of a closed quarter again, with one program and without the site."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.clock import held_at
from community_book.base.settings import ROOT
from community_book.records.actions import publish_head
from cwb.deliveries import actions as deliveries
from cwb.ledger.actions import close_a_quarter
from tests.cwb.reporting.made import NOW, Set, table, words_of
from tests.makers import actor_for, make_organisation
from tests.makers_deliveries import S, make_own_delivery
from tests.makers_pledges import make_pledge
from tests.support.counted import statements
from tools import check_figures

LATER = date(2027, 1, 15)
DOWNLOAD = "/figures/check/2026-Q4/figures.zip"
Files = dict[str, str]


@pytest.fixture(scope="module")
def made(committed: Flask) -> Set:
    """The set of the figures, its quarter closed; one thing was verified in it and is paid back later."""
    found = Set()
    administrator = actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)
    with held_at(NOW):
        pledge = make_pledge(found.provider.actor, "FP5")
        late = make_own_delivery(
            S.VERIFIED, provider=found.provider, pledge=pledge, council=found.council, amount=70_00
        )
    with held_at(LATER):
        publish_head(system("clocks"))
        close_a_quarter(administrator, "2026-Q4")
    found.late = late.reference  # type: ignore[attr-defined]
    return found


@pytest.fixture
def browser(committed: Flask, made: Set) -> FlaskClient:
    return committed.test_client()


def files_of(browser: FlaskClient, address: str = DOWNLOAD) -> Files:
    with held_at(LATER):
        answer = browser.get(address)
        assert (answer.status_code, answer.content_type) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name).decode() for name in archive.namelist()}


def rows(files: Files, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name])))


def put_together(files: Files, folder: Path, *, sealed: bool = True) -> Path:
    """An archive of these files; `sealed` with a manifest that fits them, as somebody would who knows how."""
    held = dict(files)
    if sealed:
        manifest = json.loads(held["manifest.json"])
        for name in manifest["files"]:
            manifest["files"][name]["sha256"] = hashlib.sha256(held[name].encode()).hexdigest()
        held["manifest.json"] = json.dumps(manifest)
    file = folder / "figures.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return file


def run(file: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "tools" / "check_figures.py"), str(file)],
        capture_output=True,
        text=True,
        cwd=file.parent,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


# --- the right file -------------------------------------------------------------------------------------


def test_every_figure_of_a_closed_quarter_is_worked_out_again(browser: FlaskClient, tmp_path: Path) -> None:
    code, said = run(put_together(files_of(browser), tmp_path, sealed=False))
    assert code == 0, said
    last = said.splitlines()[-1]
    assert last.endswith("figures checked, 0 differ")
    assert int(last.split()[0]) > 80


def test_the_figures_in_the_file_are_those_of_the_page(browser: FlaskClient) -> None:
    told = json.loads(files_of(browser)["figures.json"])["rows"]
    with held_at(LATER):
        shown = table(browser, "/figures.csv?period=2026-Q4")
    names = {"amount": ("pledged", "committed", "reported", "confirmed", "verified"),
             "pledges": ("pledged", "committed", "reported", "confirmed", "verified"),
             "level": ("pledges", "met", "not_met", "no_reading", "out_of_date"),
             "kept its terms": ("pledges", "met", "not_met", "no_reading")}  # fmt: skip

    def key(row: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
        cells = tuple(str(row[name]).replace("_", " ") for name in names[row["row"]])
        return row["row"], row.get("measure") or str(row.get("pillar_number") or row.get("pillar")), cells

    assert sorted(map(key, told)) == sorted(map(key, shown))
    assert {row["row"] for row in told} == set(names)


def test_the_entries_are_those_of_the_ledger_and_tell_of_no_person(browser: FlaskClient, made: Set) -> None:
    told = rows(files_of(browser), "entries.csv")
    with work.reading() as reading:
        known = reading.execute(
            text(
                "SELECT count(*) AS entries, sum(amount) AS amount FROM ledger_entries e JOIN measures m"
                " ON m.id = e.measure_id WHERE NOT m.disclosive AND e.period <= '2026-Q4'"
            )
        ).one()
        people = reading.execute(text("SELECT name, email, pseudonym, reference FROM people")).all()
    assert sum(int(row["amount"]) for row in told) == known.amount
    assert 0 < len(told) <= known.entries
    everything = "".join(files_of(browser).values())
    for person in people:
        for secret in person:
            assert secret not in everything


def test_what_is_disclosive_is_nowhere_in_the_file(browser: FlaskClient, made: Set) -> None:
    files = files_of(browser)
    with work.reading() as reading:
        hidden = reading.execute(text("SELECT code, title FROM measures WHERE disclosive")).all()
        pledges = reading.execute(
            text("SELECT p.reference FROM pledges p JOIN measures m ON m.id = p.measure_id WHERE m.disclosive")
        ).scalars()
        references = list(pledges)
    assert len(references) >= 2
    left_out = json.loads(files["figures.json"])["left_out"]["measures"]
    assert left_out == [{"measure": row.code, "title": row.title} for row in hidden]
    told = json.loads(files["figures.json"])
    del told["left_out"]
    everything = json.dumps(told) + "".join(files[name] for name in files if name != "figures.json")
    for secret in [*references, *(f",{row.code}," for row in hidden), *(f'"{row.code}"' for row in hidden)]:
        assert secret not in everything


def test_a_report_that_is_not_public_yet_stands_in_a_sum_only(browser: FlaskClient, made: Set) -> None:
    told = rows(files_of(browser), "entries.csv")
    with work.reading() as reading:
        states = {row.reference: row.state for row in reading.execute(text("SELECT reference, state FROM deliveries"))}
    named = {row["delivery"] for row in told if row["delivery"]}
    assert named
    assert {states[reference] for reference in named} <= {"verified", "verified_in_part"}
    sums = [row for row in told if row["what"] == "sum"]
    assert sums
    for row in sums:
        assert [row[name] for name in ("day", "booked_on", "group", "delivery", "zone", "reverses")] == [""] * 6


# --- what is caught -------------------------------------------------------------------------------------


def first_of_quarter(files: Files) -> int:
    """The line of an entry that a figure of the quarter is made of and nothing takes back."""
    all_rows = rows(files, "entries.csv")
    back = {row["reverses"] for row in all_rows}
    return next(
        place
        for place, row in enumerate(all_rows, start=1)
        if row["period"] == "2026-Q4"
        and row["basis"] == "extra"
        and row["entry"] not in back
        and row["what"] == "entry"
    )


def changed_amount(files: Files) -> Files:
    lines = files["entries.csv"].split("\r\n")
    place = first_of_quarter(files)
    cells = lines[place].split(",")
    cells[3] = str(int(cells[3]) + 1)
    lines[place] = ",".join(cells)
    return {**files, "entries.csv": "\r\n".join(lines)}


def missing_entry(files: Files) -> Files:
    lines = files["entries.csv"].split("\r\n")
    del lines[first_of_quarter(files)]
    return {**files, "entries.csv": "\r\n".join(lines)}


def missing_and_numbered_anew(files: Files) -> Files:
    lines = missing_entry(files)["entries.csv"].split("\r\n")
    anew = [lines[0], *(f"{number},{line.partition(',')[2]}" for number, line in enumerate(lines[1:-1], start=1)), ""]
    return {**files, "entries.csv": "\r\n".join(anew)}


def doubled_entry(files: Files) -> Files:
    lines = files["entries.csv"].split("\r\n")
    lines.insert(2, lines[1])
    return {**files, "entries.csv": "\r\n".join(lines)}


def changed_figure(kind: str, name: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        told = json.loads(files["figures.json"])
        row = next(row for row in told["rows"] if row["row"] == kind and isinstance(row[name], int))
        row[name] += 1
        return {**files, "figures.json": json.dumps(told)}

    return change


def figure_left_out(files: Files) -> Files:
    told = json.loads(files["figures.json"])
    told["rows"] = [row for row in told["rows"] if row.get("measure") != "FP5"]
    return {**files, "figures.json": json.dumps(told)}


def changed_reading(files: Files) -> Files:
    return {**files, "pledges.csv": files["pledges.csv"].replace(",38,50,", ",50,50,")}


TAMPERED = [
    changed_amount,
    missing_entry,
    missing_and_numbered_anew,
    doubled_entry,
    changed_figure("amount", "verified"),
    changed_figure("amount", "checked"),
    changed_figure("pledges", "reported"),
    changed_figure("level", "met"),
    changed_figure("kept its terms", "not_met"),
    figure_left_out,
    changed_reading,
]


@pytest.mark.parametrize("tamper", TAMPERED)
@pytest.mark.parametrize("sealed", [True, False])
def test_whatever_was_changed_is_caught_even_where_the_manifest_fits_it(
    browser: FlaskClient, tmp_path: Path, tamper: Callable[[Files], Files], sealed: bool
) -> None:
    files = files_of(browser)
    tampered = tamper(files)
    assert tampered != files
    code, said = run(put_together(tampered, tmp_path, sealed=sealed))
    assert code == 1, said
    assert "0 differ" not in said or "do not hold" in said or "damaged" in said


def test_a_figure_that_differs_is_named_with_both_numbers(browser: FlaskClient, tmp_path: Path) -> None:
    files = files_of(browser)
    told = json.loads(files["figures.json"])
    row = next(row for row in told["rows"] if row.get("measure") == "FP5" and row["row"] == "amount")
    row["verified"] = 80_00
    code, said = run(put_together({**files, "figures.json": json.dumps(told)}, tmp_path))
    assert code == 1
    assert "amount, FP5, verified: the site says 8000, the entries come to 7000" in said
    assert said.splitlines()[-1].endswith("figures checked, 1 differ")


def test_a_file_that_is_damaged_or_no_such_file_is_said_to_be(browser: FlaskClient, tmp_path: Path) -> None:
    whole = put_together(files_of(browser), tmp_path)
    content = whole.read_bytes()
    for name, damaged in (
        ("cut", content[: len(content) // 2]),
        ("text", b"no archive"),
        ("empty", b""),
        ("hollow", put_together({"manifest.json": '{"files": {}}'}, tmp_path).read_bytes()),
    ):
        file = tmp_path / name
        file.write_bytes(damaged)
        code, said = run(file)
        assert (code, "is damaged" in said) == (1, True), (name, said)
    assert run(tmp_path / "missing")[0] == 2
    assert check_figures.main([]) == 2


# --- the pages ------------------------------------------------------------------------------------------


def test_the_page_says_how_to_check_and_offers_closed_quarters_only(browser: FlaskClient) -> None:
    with held_at(LATER):
        page = browser.get("/figures/check")
        with statements() as asked:
            browser.get("/figures/check")
    said = words_of(page)
    assert "python3 check_figures.py figures-2026-Q3.zip" in said
    assert "October to December 2026" in said
    assert "2027" in said
    assert DOWNLOAD in page.text
    assert len(asked) <= 15
    for of in ("2027-Q1", "2027-Q1/figures.zip", "x", "2026-Q9/figures.zip"):
        assert browser.get(f"/figures/check/{of}").status_code == 404
    assert browser.get("/figures/check_figures.py").data == (ROOT / "tools" / "check_figures.py").read_bytes()


def test_the_pages_of_figures_lead_to_it(browser: FlaskClient) -> None:
    with held_at(LATER):
        page = browser.get("/figures?period=2026-Q4")
        still_open = browser.get("/figures?period=2027-Q1")
    for path in ("/figures/check", "/figures/check/2026-Q4", "/records/chain"):
        assert f'href="{path}"' in page.text
    assert "This quarter is closed" in words_of(page)
    assert "This quarter is closed" not in words_of(still_open)


def test_the_closing_is_in_the_record_and_the_next_seal_stands_for_it(browser: FlaskClient, made: Set) -> None:
    told = json.loads(files_of(browser)["figures.json"])
    assert told["published_head"] is None
    with held_at(LATER):
        assert "No seal stands for it yet" in words_of(browser.get("/figures/check/2026-Q4"))
    with held_at(date(2027, 1, 16)):
        publish_head(system("clocks"))
    after = json.loads(files_of(browser)["figures.json"])
    assert after["published_head"]["sequence"] >= after["closed_by_act"]["sequence"]
    with held_at(LATER):
        assert after["published_head"]["hash"] in browser.get("/figures/check/2026-Q4").text


def test_what_is_put_right_later_leaves_the_file_of_the_closed_quarter_adding_up(
    browser: FlaskClient, made: Set, tmp_path: Path
) -> None:
    before = files_of(browser)
    with held_at(LATER):
        deliveries.reverse(made.council.second, made.late, reason="It was paid back")  # type: ignore[attr-defined]
    after = files_of(browser)
    code, told = run(put_together(after, tmp_path, sealed=False))
    assert code == 0, told
    assert json.loads(after["figures.json"])["rows"] == json.loads(before["figures.json"])["rows"]


def test_before_a_quarter_is_closed_the_page_says_when_there_will_be_one(app: Flask) -> None:
    said = words_of(app.test_client().get("/figures/check"))
    assert "No quarter has been closed yet." in said
