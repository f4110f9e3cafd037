"""How a website is written."""

from __future__ import annotations

import pytest

from community_book.base.errors import Refused
from community_book.organisations.rules import tidy_website


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("www.example.org", "https://www.example.org"),
        ("http://example.org/a?b=c#d", "http://example.org/a?b=c#d"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
        ("https://example.org:8443/", "https://example.org:8443/"),
    ],
)
def test_a_website_is_kept_with_its_scheme(typed: str, kept: str) -> None:
    assert tidy_website(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org",
        "https://user:pass@example.org",
        "https://",
        "https://localhost",
        "https://exa mple.org",
        'https://example.org/"><script>',
        "https://example.org\\@evil.example",
        "https://example.org:99999",
        "https://[::1",
        "https://example.org/" + "a" * 300,
        "https://exämple.org",
        "nonsense",
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        tidy_website(typed)
    assert refused.value.problems[0].field == "website"
