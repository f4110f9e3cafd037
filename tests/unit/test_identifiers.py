"""Register numbers as people type them and as files carry them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.errors import Refused
from community_book.organisations.rules import (
    HOW_TO_TYPE,
    SCHEME_LABELS,
    Scheme,
    org_id,
    read_org_id,
    read_scheme,
    tidy_identifier,
)


@pytest.mark.parametrize(
    ("scheme", "typed", "stored"),
    [
        ("GB-COH", "09506232", "09506232"),
        ("GB-COH", "234567", "00234567"),
        ("GB-COH", " sc 123 456 ", "SC123456"),
        ("GB-COH", "ip031455", "IP031455"),
        ("GB-COH", "IP03145R", "IP03145R"),
        ("GB-COH", "R0123456", "R0123456"),
        ("GB-COH", "CE012345", "CE012345"),
        ("GB-COH", "GB-COH-234567", "00234567"),
        ("GB-CHC", "279417", "279417"),
        ("GB-CHC", "109 0095", "1090095"),
        ("GB-CHC", "1173575", "1173575"),
        ("GB-NIC", "100019", "100019"),
        ("GB-NIC", "NIC100019", "100019"),
        ("GB-NIC", "nic 100019", "100019"),
        ("GB-SC", "sc042386", "SC042386"),
        ("GB-MPR", "235c", "235C"),
        ("GB-MPR", "IP031455", "IP031455"),
        ("GB-MPR", "30456", "30456"),
        ("GB-EDU", "125554", "125554"),
        ("GB-UKPRN", "10007149", "10007149"),
        ("GB-LAE", "wgn", "WGN"),
        ("GB-NHS", "rl4", "RL4"),
        ("GB-SHPE", "L4543", "L4543"),
        ("GB-PPON", "aaaa-0000-aaaa", "AAAA-0000-AAAA"),
    ],
)
def test_a_register_number_is_tidied_by_the_rules_of_its_register(scheme: str, typed: str, stored: str) -> None:
    assert tidy_identifier(Scheme(scheme), typed) == stored


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("GB-COH", "123456789"),
        ("GB-COH", "S1234567"),
        ("GB-COH", "SC12345"),
        ("GB-COH", "\uff10\uff19506232"),
        ("GB-COH", "\u0660\u0669506232"),
        ("GB-COH", "GB-CHC-1090095"),
        ("GB-CHC", "12345"),
        ("GB-CHC", "12345678"),
        ("GB-CHC", "1090095-1"),
        ("GB-CHC", "SC042386"),
        ("GB-NIC", "019"),
        ("GB-NIC", "200019"),
        ("GB-SC", "042386"),
        ("GB-SC", "SC0423861"),
        ("GB-MPR", "1234567"),
        ("GB-EDU", "12555"),
        ("GB-UKPRN", "1000714"),
        ("GB-LAE", "E08000010"),
        ("GB-NHS", "<script>"),
        ("GB-NHS", "GB-COH-00234567"),
        ("GB-PPON", "AAAA0000AAAA"),
        ("GB-CASC", "x" * 41),
        ("GB-CASC", "1" * 5000),
    ],
)
def test_what_cannot_be_a_number_of_that_register_is_refused_and_says_what_to_type(scheme: str, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        tidy_identifier(Scheme(scheme), typed)
    [problem] = refused.value.problems
    assert problem.field == "identifier"
    assert problem.message == HOW_TO_TYPE[Scheme(scheme)]


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("typed", ["", "  ", "\x00", "123456\n7é"])
def test_nothing_and_nonsense_are_refused_by_every_register(scheme: Scheme, typed: str) -> None:
    with pytest.raises(Refused):
        tidy_identifier(scheme, typed)


def test_a_scottish_charity_and_a_scottish_company_keep_apart() -> None:
    charity = tidy_identifier(Scheme.CHARITY_SCOTLAND, "SC042386")
    company = tidy_identifier(Scheme.COMPANY, "SC042386")
    assert org_id(Scheme.CHARITY_SCOTLAND, charity) == "GB-SC-SC042386"
    assert org_id(Scheme.COMPANY, company) == "GB-COH-SC042386"


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("GB-COH", "GB-COH"),
        (" gb-chc ", "GB-CHC"),
        ("UK-CHTY", "GB-CHC"),
        ("UK-CO", "GB-COH"),
        ("GB-PPON", "GB-PPON"),
    ],
)
def test_codes_of_other_feeds_are_read_as_ours(code: str, scheme: str) -> None:
    assert read_scheme(code) == Scheme(scheme)


@pytest.mark.parametrize("code", ["", "GB-LAC", "COH", "GB-COH-234567", "XI-LEI"])
def test_an_unknown_register_is_named(code: str) -> None:
    with pytest.raises(Refused, match="is not a register we know") as refused:
        read_scheme(code)
    assert refused.value.problems[0].field == "scheme"


@pytest.mark.parametrize(
    ("text", "scheme", "value"),
    [
        ("GB-COH-234567", "GB-COH", "00234567"),
        ("UK-CHTY-1090095", "GB-CHC", "1090095"),
        ("GB-PPON-AAAA-0000-AAAA", "GB-PPON", "AAAA-0000-AAAA"),
        ("gb-lae-wgn", "GB-LAE", "WGN"),
    ],
)
def test_a_whole_identifier_is_taken_apart(text: str, scheme: str, value: str) -> None:
    assert read_org_id(text) == (Scheme(scheme), value)


@pytest.mark.parametrize("text", ["", "GB", "GB-COH", "GB-COH-", "234567", "GB-CHC-12"])
def test_half_an_identifier_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_org_id(text)


@given(st.sampled_from(Scheme), st.text(max_size=20))
def test_a_tidied_number_stays_as_it_is_and_fits_where_it_is_stored(scheme: Scheme, typed: str) -> None:
    try:
        stored = tidy_identifier(scheme, typed)
    except Refused:
        return
    assert tidy_identifier(scheme, stored) == stored
    assert read_org_id(org_id(scheme, stored)) == (scheme, stored)
    assert 1 <= len(stored) <= 40


def test_every_register_has_a_name_in_plain_words() -> None:
    assert set(SCHEME_LABELS) == set(Scheme) == set(HOW_TO_TYPE)
