"""The head of the chain is published day by day, and whoever noted one can tell whether anything before it changed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import audit, registers, work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import held_at, now_utc
from community_book.base.settings import ROOT
from community_book.base.tables import AuditEntry, AuditHead
from community_book.records.actions import publish_head
from community_book.records.queries import head_breaches
from community_book.records.tables import PublishedHead
from tests.makers import actor_for, make_organisation
from tests.support.counted import statements
from tools import check_audit

FIRST = date(2026, 11, 20)


def act(actor: Actor, amount: int = 5) -> None:
    with work.work(actor) as session:
        session.record("test.act", "need:N-7K2M9Q", facts={"amount": amount})


def publish(day: date) -> int:
    with held_at(day):
        return publish_head(system("clocks"))


def exported() -> list[str]:
    with work.reading() as reading:
        return list(audit.export_lines(reading))


@pytest.fixture
def officer(app: Flask) -> Actor:
    return actor_for(make_organisation("Example Council", is_council=True), Role.OFFICER)


def published(browser_of: Flask) -> str:
    return browser_of.test_client().get("/records/chain.csv").get_data(as_text=True).removeprefix("\ufeff")


def heads_of(table: str) -> check_audit.Heads:
    return check_audit.read_heads(io.StringIO(table))


# --- publishing -----------------------------------------------------------------------------------------


def test_the_head_is_published_once_a_day_and_says_where_the_chain_ended(
    app: Flask, officer: Actor, reading: work.Reading
) -> None:
    act(officer)
    ended = reading.execute(select(AuditHead.sequence, AuditHead.hash)).one()
    assert [publish(FIRST), publish(FIRST)] == [1, 0]
    [row] = csv.DictReader(io.StringIO(published(app)))
    assert (row["day"], int(row["sequence"]), row["hash"]) == (FIRST.isoformat(), *ended)


def test_publishing_is_itself_an_act_that_holds_the_head(app: Flask, officer: Actor, reading: work.Reading) -> None:
    act(officer)
    publish(FIRST)
    [past] = audit.history(reading, f"published_head:{FIRST.isoformat()}")
    [head] = reading.execute(select(PublishedHead)).scalars()
    assert (past.act, past.actor) == ("record.publish_head", "system:clocks")
    assert past.facts == {"sequence": head.sequence, "hash": head.hash}
    assert past.sequence == head.sequence + 1


def test_nothing_is_published_before_the_first_act(app: Flask) -> None:
    assert publish(FIRST) == 0
    assert "Nothing has been published yet" in app.test_client().get("/records/chain").get_data(as_text=True)


def test_the_worker_publishes_every_day(app: Flask, officer: Actor, reading: work.Reading) -> None:
    act(officer)
    assert "records.publish_head" in registers.clock_times()
    with held_at(FIRST):
        assert registers.clocks()["records.publish_head"]() == 1


@pytest.mark.parametrize(
    "statement",
    [
        update(PublishedHead).values(hash="0" * 64),
        delete(PublishedHead),
        insert(PublishedHead).values(day=FIRST, sequence=1, hash="0" * 64, published_at_utc=now_utc()),
    ],
)
def test_the_database_itself_lets_nobody_change_a_published_head(
    app: Flask, officer: Actor, statement: Executable
) -> None:
    act(officer)
    publish(FIRST)
    before = published(app)
    with pytest.raises(IntegrityError), work.bookkeeping(officer) as session:
        session.execute(statement)
    assert published(app) == before


def test_an_invariant_tells_a_head_that_is_not_in_the_chain(officer: Actor) -> None:
    act(officer)
    act(officer)
    publish(FIRST)
    found: list[list[str]] = []
    with suppress(ZeroDivisionError), work.bookkeeping(officer) as session:
        found.append([breach.detail for breach in head_breaches(session)])
        for days, sequence in ((1, 1), (2, 900_000)):
            day = FIRST + timedelta(days=days)
            session.execute(
                insert(PublishedHead).values(day=day, sequence=sequence, hash="f" * 64, published_at_utc=now_utc())
            )
        found.append([breach.detail for breach in registers.invariants()["records.heads"](session)])
        raise ZeroDivisionError
    assert found == [[], ["act 1 has another hash now", "act 900000 is missing"]]


# --- the page -------------------------------------------------------------------------------------------


def test_everybody_reads_the_newest_seal_and_how_to_check_it(app: Flask, officer: Actor) -> None:
    for number in range(40):
        act(officer)
        publish(FIRST + timedelta(days=number))
    browser = app.test_client()
    with statements() as asked:
        page = browser.get("/records/chain").get_data(as_text=True)
    assert len(asked) <= 15
    newest = list(csv.DictReader(io.StringIO(published(app))))[-1]
    assert newest["hash"] in page
    assert "check_audit.py RECORD --heads heads.csv" in page
    assert "Page 1 of 2" in page
    assert "20 November 2026" in browser.get("/records/chain?page=2").get_data(as_text=True)
    for page_number in ("0", "-1", "x", "999"):
        assert browser.get(f"/records/chain?page={page_number}").status_code == 200


def test_the_checker_can_be_taken_away_from_the_site(app: Flask) -> None:
    taken = app.test_client().get("/records/check_audit.py")
    assert taken.data == (ROOT / "tools" / "check_audit.py").read_bytes()


# --- checking an export with the heads ------------------------------------------------------------------


@pytest.fixture
def chain(app: Flask, officer: Actor) -> tuple[list[str], str]:
    """An export of some days, and the table of heads as somebody took it from the site."""
    for number in range(3):
        act(officer, number + 10)
        act(officer, number + 20)
        publish(FIRST + timedelta(days=number))
    act(officer, 99)
    return exported(), published(app)


def rewritten(lines: list[str], change: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> list[str]:
    """The chain as somebody would write it anew who can compute every hash."""
    bodies = change([json.loads(json.loads(line)["body"]) for line in lines[1:-1]])
    made, previous = [lines[0]], check_audit.GENESIS
    for number, body in enumerate(bodies, start=1):
        text = check_audit.canonical({**body, "sequence": number, "previous": previous})
        previous = hashlib.sha256(text.encode()).hexdigest()
        made.append(json.dumps({"body": text, "hash": previous, "texts": {}}))
    return [*made, json.dumps({"count": len(bodies), "head": previous})]


def place_of(lines: list[str], amount: int) -> int:
    return next(place for place, line in enumerate(lines) if f'\\"amount\\":{amount}' in line)


def changed(lines: list[str]) -> list[str]:
    return [line.replace('\\"amount\\":10', '\\"amount\\":11') for line in lines]


def left_out(lines: list[str]) -> list[str]:
    place = place_of(lines, 20)
    return [*lines[:place], *lines[place + 1 :]]


def reordered(lines: list[str]) -> list[str]:
    place = place_of(lines, 10)
    return [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]


def cut_short(lines: list[str]) -> list[str]:
    """Without its last acts, and with an end that fits the rest."""
    return rewritten(lines, lambda bodies: bodies[:-4])


def written_anew(lines: list[str]) -> list[str]:
    def change(bodies: list[dict[str, object]]) -> list[dict[str, object]]:
        return [{**body, "facts": {"amount": 1}} if body["facts"] == {"amount": 10} else body for body in bodies]

    return rewritten(lines, change)


def test_an_export_holds_every_head_that_was_published(chain: tuple[list[str], str]) -> None:
    lines, table = chain
    assert check_audit.faults(lines, heads_of(table)) == []


@pytest.mark.parametrize("tamper", [changed, left_out, reordered, cut_short, written_anew])
def test_whoever_noted_the_heads_sees_that_the_chain_was_tampered_with(
    chain: tuple[list[str], str], tamper: Callable[[list[str]], list[str]]
) -> None:
    lines, table = chain
    tampered = tamper(lines)
    assert tampered != lines
    found = check_audit.faults(tampered, heads_of(table))
    assert found
    if tamper in {cut_short, written_anew}:  # what the export alone cannot tell
        assert check_audit.faults(tampered) == []
        assert all("published on" in fault for fault in found)


def test_the_checker_compares_on_the_command_line_without_the_site(
    chain: tuple[list[str], str], tmp_path: Path
) -> None:
    lines, table = chain
    files = {"good": lines, "anew": written_anew(lines)}
    for name, of in files.items():
        (tmp_path / name).write_text("\n".join(of) + "\n")
    (tmp_path / "heads.csv").write_text("\ufeff" + table)
    (tmp_path / "no-heads.csv").write_text("day,sequence,hash\n2026-11-20,one,abc\n")
    (tmp_path / "empty.csv").write_text("day,sequence,hash\n")
    for arguments, code, says in (
        (["good", "--heads", "heads.csv"], 0, "the chain is whole and holds all 3 published heads"),
        (["anew", "--heads", "heads.csv"], 1, "is not the one published on 2026-11-20"),
        (["anew"], 0, "the chain is whole"),
        (["good", "--heads", "no-heads.csv"], 2, "no-heads.csv cannot be read"),
        (["good", "--heads", "empty.csv"], 2, "no published head"),
        (["good", "--heads", "missing.csv"], 2, "missing.csv cannot be read"),
        (["good", "--head", "heads.csv"], 2, "usage"),
    ):
        done = subprocess.run(
            [sys.executable, "-S", "-E", str(ROOT / "tools" / "check_audit.py"), *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done
        assert says in done.stdout + done.stderr


def test_a_copy_without_names_and_words_can_be_checked_all_the_same(app: Flask, officer: Actor, tmp_path: Path) -> None:
    with work.work(officer) as session:
        session.record("test.act", "need:N-7K2M9Q", texts={"name": "Ines Example"})
    publish(FIRST)
    for more, is_in in (([], True), (["--without-texts"], False)):
        file = tmp_path / "copy"
        done = app.test_cli_runner().invoke(args=["audit", "export", str(file), *more])
        assert done.exit_code == 0, done.output
        lines = file.read_text().splitlines()
        assert check_audit.faults(lines, heads_of(published(app))) == []
        assert ("Ines Example" in "".join(lines)) is is_in


def test_the_head_published_is_the_hash_of_its_entry(app: Flask, officer: Actor, reading: work.Reading) -> None:
    act(officer)
    publish(FIRST)
    [head] = reading.execute(select(PublishedHead)).scalars()
    body = reading.execute(select(AuditEntry.body).where(AuditEntry.sequence == head.sequence)).scalar_one()
    assert hashlib.sha256(body.encode()).hexdigest() == head.hash


@pytest.mark.committed
def test_workers_that_publish_at_once_publish_one_head(committed: Flask) -> None:
    act(actor_for(make_organisation(), Role.GROUP_LEAD))
    together, published_by = threading.Barrier(4), list[int]()

    def publish_with_the_others() -> None:
        together.wait()
        published_by.append(publish_head(system("clocks")))

    threads = [threading.Thread(target=publish_with_the_others) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(published_by) == [0, 0, 0, 1]
    assert len(heads_of(published(committed))) == 1
    assert check_audit.faults(exported(), heads_of(published(committed))) == []
