"""The audit chain: one entry an act, hashes that link, an export that anybody can check, and no way around it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Executable, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import audit, work
from community_book.base.actor import Actor, Role
from community_book.base.settings import ROOT
from community_book.base.tables import AuditEntry, AuditHead, AuditSubject, AuditText
from tests.makers import actor_for, make_organisation
from tests.makers_people import council
from tools import check_audit

SUBJECT = "need:N-7K2M9Q"


def act(actor: Actor, name: str = "test.act", **texts: str) -> None:
    with work.work(actor) as session:
        session.record(name, SUBJECT, facts={"amount": 5, "names": ["a", "b"]}, texts=texts)


def exported() -> list[str]:
    with work.reading() as reading:
        return list(audit.export_lines(reading))


@pytest.fixture
def officer(app: Flask) -> Actor:
    return actor_for(council(), Role.OFFICER, name="Olu Ficer")


def test_an_act_leaves_one_entry_that_says_who_as_whom_what_and_why(officer: Actor, reading: work.Reading) -> None:
    act(officer, reason="because it rains")
    [past] = audit.history(reading, SUBJECT)
    assert (past.act, past.actor, past.acting_as, past.channel) == (
        "test.act",
        officer.pseudonym,
        officer.organisation_reference,
        "page",
    )
    assert past.facts == {"amount": 5, "names": ["a", "b"]}
    assert past.texts == {"reason": "because it rains"}


def test_neither_name_nor_words_are_in_the_chain_itself(officer: Actor, reading: work.Reading) -> None:
    act(officer, reason="because it rains")
    body = reading.execute(select(AuditEntry.body)).scalar_one()
    assert "rains" not in body
    assert "Olu" not in body
    assert officer.email not in body


def test_an_act_without_an_entry_is_no_act(officer: Actor) -> None:
    with pytest.raises(AssertionError), work.work(officer):
        pass
    assert len(exported()) == 2


def test_an_act_that_fails_leaves_neither_entry_nor_anything_else(officer: Actor, reading: work.Reading) -> None:
    with suppress(ZeroDivisionError), work.work(officer) as session:
        session.record("test.act", SUBJECT)
        session.tell("Anything")
        raise ZeroDivisionError
    for table in (AuditEntry, AuditSubject, AuditText):
        assert reading.query(table).count() == 0


def test_the_export_of_an_empty_chain_is_whole(app: Flask) -> None:
    assert check_audit.faults(exported()) == []


def test_the_checker_finds_an_export_whole_also_after_texts_were_erased(officer: Actor) -> None:
    for number in range(5):
        act(officer, reason=f"reason {number} with “quotes”, £ and \n breaks")
    assert check_audit.faults(exported()) == []
    with work.bookkeeping(officer) as session:
        session.execute(update(AuditText).values(salt=None, text=None))
    lines = exported()
    assert check_audit.faults(lines) == []
    assert "reason 3" not in "".join(lines)


def changed(lines: list[str]) -> list[str]:
    return [line.replace('\\"amount\\":5', '\\"amount\\":6') if '\\"sequence\\":3' in line else line for line in lines]


def changed_with_its_hash(lines: list[str]) -> list[str]:
    import hashlib

    entry = json.loads(lines[3])
    entry["body"] = entry["body"].replace('"amount":5', '"amount":6')
    entry["hash"] = hashlib.sha256(entry["body"].encode()).hexdigest()
    return [*lines[:3], json.dumps(entry), *lines[4:]]


def changed_text(lines: list[str]) -> list[str]:
    return [line.replace("reason 2", "reason 9") for line in lines]


def deleted(lines: list[str]) -> list[str]:
    return [*lines[:3], *lines[4:]]


def reordered(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[3], lines[2], *lines[4:]]


def truncated(lines: list[str]) -> list[str]:
    return lines[:-3]


def truncated_with_its_end(lines: list[str]) -> list[str]:
    return [*lines[:-2], lines[-1]]


def doubled(lines: list[str]) -> list[str]:
    return [*lines[:3], lines[2], *lines[3:]]


def added_after_the_end(lines: list[str]) -> list[str]:
    return [*lines, lines[2]]


def without_header(lines: list[str]) -> list[str]:
    return lines[1:]


def with_rubbish(lines: list[str]) -> list[str]:
    return [*lines[:2], "rubbish", *lines[2:]]


def respelt(lines: list[str]) -> list[str]:
    entry = json.loads(lines[2])
    entry["body"] = entry["body"].replace(":", ": ", 1)
    return [*lines[:2], json.dumps(entry), *lines[3:]]


@pytest.mark.parametrize(
    "tamper",
    [
        changed,
        changed_with_its_hash,
        changed_text,
        deleted,
        reordered,
        truncated,
        truncated_with_its_end,
        doubled,
        added_after_the_end,
        without_header,
        with_rubbish,
        respelt,
        lambda lines: [],
        lambda lines: lines[:1],
    ],
)
def test_every_tampering_is_seen(officer: Actor, tamper: object) -> None:
    for number in range(5):
        act(officer, reason=f"reason {number}")
    lines = exported()
    assert callable(tamper)
    tampered = tamper(list(lines))
    assert tampered != lines
    assert check_audit.faults(tampered) != []


@pytest.mark.parametrize("statement", [update(AuditEntry).values(act="test.other"), delete(AuditEntry)])
def test_the_database_itself_lets_nobody_change_an_entry(officer: Actor, statement: Executable) -> None:
    act(officer)
    with pytest.raises(IntegrityError, match="append-only"), work.bookkeeping(officer) as session:
        session.execute(statement)
    assert check_audit.faults(exported()) == []


@pytest.mark.parametrize(
    ("forged", "seen"),
    [
        ({"sequence": 9}, "follows entry 2"),
        ({"sequence": 3}, "does not name the one before it"),
        ({"sequence": 3, "body": "{}"}, "does not have its hash"),
        ({"sequence": 3}, "is not the last entry"),
    ],
)
def test_the_site_itself_sees_an_entry_that_was_forged(officer: Actor, forged: dict[str, object], seen: str) -> None:
    act(officer)
    act(officer)
    with work.reading() as reading:
        last = reading.execute(select(AuditEntry).order_by(AuditEntry.sequence.desc())).scalars().first()
        assert audit.chain_breaches(reading) == []
    assert last is not None
    copied = {name: getattr(last, name) for name in ("at_utc", "act", "actor", "body", "hash")}
    connection = work.engine()
    assert isinstance(connection, Connection)
    point = connection.begin_nested()
    with work.reading() as reading:
        connection.execute(insert(AuditEntry).values({**copied, "hash": "0" * 64, **forged}))
        assert seen in {breach.detail for breach in audit.chain_breaches(reading)}
    point.rollback()


def test_the_checker_is_a_command_without_the_site(officer: Actor, tmp_path: Path) -> None:
    act(officer, reason="fine")
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("\n".join(exported()) + "\n")
    bad.write_text("\n".join(deleted([*exported()[:2], *exported()[1:]])) + "\n")
    for file, code in ((good, 0), (bad, 1), (tmp_path / "missing", 2)):
        done = subprocess.run(
            [sys.executable, "-S", "-E", str(ROOT / "tools" / "check_audit.py"), str(file)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done
    assert subprocess.run([sys.executable, str(ROOT / "tools" / "check_audit.py")], capture_output=True).returncode == 2


@pytest.mark.committed
def test_eight_who_act_at_once_leave_one_chain(committed: Flask, tmp_path: Path) -> None:
    actor, faults = actor_for(make_organisation(), Role.GROUP_LEAD), list[BaseException]()

    def act_often() -> None:
        try:
            for _ in range(10):
                act(actor, reason="at once")
        except BaseException as fault:  # noqa: BLE001 - a thread's fault must reach the test
            faults.append(fault)

    threads = [threading.Thread(target=act_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    file = tmp_path / "chain"
    done = committed.test_cli_runner().invoke(args=["audit", "export", str(file)])
    assert done.exit_code == 0
    assert "80 entries written" in done.output
    assert check_audit.faults(file.read_text().splitlines()) == []
    with work.reading() as reading:
        head = reading.query(AuditHead).one()
    assert head.sequence == 80
