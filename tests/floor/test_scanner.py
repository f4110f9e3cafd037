"""A virus scanner is asked before a file is kept, and only its plain word counts as clean."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from community_book.base import settings as chosen
from community_book.base.errors import Refused
from community_book.base.file_checking import Infected, check_file, scanner
from community_book.base.file_checking.scanner import ScannerAway, TooLargeToScan, find_virus, scanner_answers
from community_book.web import start
from tests.support.clamd import FINDING, FakeClamd, fake_clamd, test_virus

TABLE = b"day,people\n1,2\n"


@pytest.fixture
def clamd() -> Iterator[tuple[FakeClamd, str]]:
    with fake_clamd() as running:
        yield running


def test_what_is_clean_is_taken_and_every_byte_of_it_was_looked_at(clamd: tuple[FakeClamd, str]) -> None:
    fake, address = clamd
    content = TABLE * 30_000
    assert check_file("list.csv", content, scanner=address).content == content
    assert fake.scanned == [content]


def test_a_virus_is_refused_by_name(clamd: tuple[FakeClamd, str]) -> None:
    with pytest.raises(Infected, match="a virus was found in it") as refused:
        check_file("list.csv", test_virus(), scanner=clamd[1])
    assert refused.value.finding == FINDING
    assert refused.value.problems[0].field == "files"


def test_the_test_virus_is_the_one_all_scanners_know() -> None:
    import hashlib

    assert hashlib.md5(test_virus(), usedforsecurity=False).hexdigest() == "44d88612fea8a8f36de82e1278abb02f"


def test_a_socket_in_the_file_system_does_as_well(tmp_path: Path) -> None:
    with fake_clamd(tmp_path / "clamd.ctl") as (_, address):
        assert scanner_answers(address)
        assert find_virus(address, TABLE) == ""
        assert find_virus(address, test_virus()) == FINDING
    assert not scanner_answers(address)


@pytest.mark.parametrize(
    "said",
    [
        b"stream: OK",
        b"OK\0",
        b"stream: OK FOUND OK\0",
        b"stream: OK\nmore\0",
        b"stream: OK\0more",
        b" stream: OK\0",
        b"UNKNOWN COMMAND\0",
        b"stream:  FOUND\0",
        b"\0",
        b"x" * 5_000,
        None,
    ],
)
def test_any_other_answer_is_none(clamd: tuple[FakeClamd, str], said: bytes | None) -> None:
    fake, address = clamd
    fake.answer = lambda _: said
    with pytest.raises(ScannerAway):
        find_virus(address, TABLE)


def test_a_scanner_that_is_away_or_slow_lets_nothing_through(
    clamd: tuple[FakeClamd, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, address = clamd
    fake.seconds = 2
    monkeypatch.setattr(scanner, "ANSWER_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(Refused, match="cannot be checked for viruses just now; send it again in a while"):
        check_file("list.csv", TABLE, scanner=address)
    assert time.monotonic() - began < 1.5
    with pytest.raises(Refused, match="send it again in a while"):
        check_file("list.csv", TABLE, scanner="127.0.0.1:1")


def test_what_is_too_large_for_the_scanner_is_told_so(clamd: tuple[FakeClamd, str]) -> None:
    fake, address = clamd
    fake.most = 1_000
    with pytest.raises(TooLargeToScan):
        find_virus(address, TABLE * 100)
    with pytest.raises(Refused, match="too large to be checked for viruses"):
        check_file("list.csv", TABLE * 100, scanner=address)


def test_without_a_scanner_nothing_is_asked(clamd: tuple[FakeClamd, str]) -> None:
    check_file("list.csv", TABLE)
    assert clamd[0].scanned == []


@pytest.mark.parametrize(
    ("given", "address"),
    [("", ""), ("clamd:3310", "clamd:3310"), ("unix:/run/clamd.ctl", "/run/clamd.ctl"), ("/run/clamd", "/run/clamd")],
)
def test_the_setting_names_a_host_and_port_or_a_socket(
    given: str, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLAMD", given)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert chosen.from_environment().clamd == address


@pytest.mark.parametrize("given", ["clamd", ":3310", "clamd:0", "clamd:99999", "clamd:x", "run/clamd.ctl"])
def test_any_other_setting_is_told(given: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAMD", given)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="CLAMD is host:port or the path of a socket"):
        chosen.from_environment()


def test_deploy_check_says_whether_it_answers(clamd: tuple[FakeClamd, str]) -> None:
    from dataclasses import replace

    given = chosen.settings()
    assert start.scanner(replace(given, clamd="")) == ""
    assert start.scanner(replace(given, clamd=clamd[1])) == ""
    assert start.scanner(replace(given, clamd="127.0.0.1:1")) == "the virus scanner at CLAMD does not answer"
    assert "virus scanner" in [about for about, _, _ in start.FURTHER]
