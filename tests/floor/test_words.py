"""How messages and templates say what they are given."""

from __future__ import annotations

from flask import Flask, render_template_string

from community_book.base.messages import Message
from community_book.web.words import say
from tests.support.databases import ON_SQLITE


@ON_SQLITE
def test_how_many_is_said_with_commas_and_what_people_typed_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        assert say(Message("%(count)s groups since %(year)s", count=3000, year="2026")) == "3,000 groups since 2026"
        told = '{{ _("%(done)s of %(total)s: %(name)s, 100%%", done=40, total=12000, name=typed) }}'
        assert render_template_string(told, typed="<b>") == "40 of 12,000: &lt;b&gt;, 100%"
        many = '{{ ngettext("%(num)s line", "%(num)s lines", count) }}'
        assert [render_template_string(many, count=count) for count in (1, 1000)] == ["1 line", "1,000 lines"]
