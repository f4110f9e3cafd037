"""The command line makes the first accounts."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.makers_people import sign_in

pytestmark = pytest.mark.committed


def run(app: Flask, *words: str, typed: str = "") -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words), input=typed)
    return done.exit_code, done.output


def test_a_new_installation_gets_its_council_and_its_first_administrator(committed: Flask) -> None:
    code, council = run(committed, "organisations", "add", "Riverbank Council", "--council")
    assert code == 0
    reference = council.strip()
    words = ("people", "add", "First@Council.example", "Ada Min", "--organisation", reference, "--role")
    code, said = run(committed, *words, "administrator")
    assert code == 0
    assert "set-password" in said
    assert run(committed, *words, "officer")[0] == 0, "another role for the same account"
    password = "river stone apple"
    code, said = run(committed, "people", "set-password", "first@council.example", typed=f"{password}\n{password}\n")
    assert code == 0
    browser = committed.test_client()
    assert sign_in(browser, "first@council.example", password).status_code == 303
    assert browser.get("/people").status_code == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("people", "add", "no address", "X", "--organisation", "O-ZZZZZZ", "--role", "officer"), "in the right form"),
        (("people", "add", "a@b.example", "X", "--organisation", "O-ZZZZZZ", "--role", "officer"), "no organisation"),
        (("people", "add", "a@b.example", "X", "--organisation", "O-ZZZZZZ", "--role", "king"), "'king'"),
        (("people", "set-password", "a@b.example", "--password", "river stone apple"), "Nobody has the address"),
        (("people", "set-password", "a@b.example", "--password", "short"), "12 characters or more"),
        (("organisations", "add", "  "), "Write the organisation's name"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence_and_changes_nothing(
    committed: Flask, words: tuple[str, ...], said: str
) -> None:
    code, output = run(committed, *words)
    assert code != 0
    assert said in output
    assert "Traceback" not in output


def test_a_council_role_is_not_given_outside_the_council(committed: Flask) -> None:
    reference = run(committed, "organisations", "add", "Lunch club")[1].strip()
    code, output = run(committed, "people", "add", "c@d.example", "X", "--organisation", reference, "--role", "officer")
    assert code != 0
    assert "Nobody can be council officer in Lunch club" in output
