"""Walking through the pages as people do: forms as they are shown, filled in and sent, and figures as they are told.

A `Walk` has one provider, one group and the council. Each step opens a page, takes its form with everything that
stands in it already, changes what the person types and sends it.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor
from community_book.base.amounts import Unit, say_amount
from community_book.needs.queries import part_wanted
from community_book.needs.tables import Need, NeedPart
from cwb.commitments.tables import Commitment, CommitmentChange
from cwb.ledger.rules import Figure
from cwb.pledges.tables import Pledge
from tests.makers import client_of
from tests.makers_deliveries import make_council
from tests.makers_needs import make_listed_group
from tests.makers_pledges import make_admitted_provider

NA = "not applicable"
Told = Sequence[int | str]


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what stands in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "form":
            self.found.append((has.get("action") or "", {}))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in has:
            self._keep(self._select, value)
        elif tag == "textarea":
            self._area = name
            self._keep(name, "")
        elif tag == "input" and name:
            kind = has.get("type") or "text"
            if kind == "checkbox" and "checked" in has:
                self._add(name, value or "on")
            elif (kind == "radio" and "checked" in has) or kind not in {"checkbox", "radio", "file", "submit"}:
                self._keep(name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._keep(self._area, data.strip())

    def _keep(self, name: str, value: str) -> None:
        if self.found:
            self.found[-1][1][name] = value

    def _add(self, name: str, value: str) -> None:
        if self.found:
            self.found[-1][1].setdefault(name, []).append(value)


def words_of(page: str) -> str:
    """What a page says, without its markup."""
    page = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Values as a browser sends them: a day in its three boxes, ticks as lists, the rest as text."""
    sent: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, date):
            sent |= {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}
        elif isinstance(value, list | tuple):
            sent[name] = [str(one) for one in value]
        else:
            sent[name] = str(value)
    return sent


class Walk:
    """One provider, one group and the council, and what they do on the site's pages."""

    def __init__(self, app: Flask, *, provider: str = "Millrace Care", group: str = "Station Road Lunch Club") -> None:
        self.app = app
        self.made = make_admitted_provider(provider)
        self.provider: Actor = self.made.actor
        self.group: Actor = make_listed_group(group, zones=self.made.framework.zone_ids[:1]).lead
        council = make_council()
        self.officer, self.verifier, self.auditor = council.officer, council.verifier, council.auditor

    # --- a page and its form ------------------------------------------------------------------------

    def read(self, who: Actor | None, address: str) -> str:
        """A page as somebody sees it; nobody in particular where `who` is None."""
        client = client_of(self.app, who.person_id, who.organisation_id) if who and who.person_id else None
        answer = (client or self.app.test_client()).get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.get_data(as_text=True)

    def words(self, who: Actor | None, address: str) -> str:
        """What a page says to somebody."""
        return words_of(self.read(who, address))

    def send(self, who: Actor, address: str, *, on: str = "", **fields: Any) -> str:
        """Fills in and sends the form that goes to `address`, on the page `on`; the reference it leads to.

        A field given as None is left out, as a tick that is taken away.
        """
        assert who.person_id is not None
        client = client_of(self.app, who.person_id, who.organisation_id)
        shown = client.get(on or address)
        assert shown.status_code == 200, (on or address, shown.status_code, words_of(shown.get_data(as_text=True)))
        path = address.partition("?")[0]
        found = [
            values
            for action, values in Forms(shown.get_data(as_text=True)).found
            if "_token" in values and (action.partition("?")[0] == path or (not action and not on))
        ]
        assert len(found) == 1, (address, len(found), words_of(shown.get_data(as_text=True)))
        data = {**found[0], **typed({name: value for name, value in fields.items() if value is not None})}
        for name in (name for name, value in fields.items() if value is None):
            data.pop(name, None)
        answer = client.post(address, data=data)
        assert answer.status_code == 303, (address, answer.status_code, words_of(answer.get_data(as_text=True)))
        found_reference = re.search(r"/([A-Z]{1,2}-[A-Z0-9]+)", answer.headers["Location"])
        return found_reference[1] if found_reference else ""

    def refused(self, who: Actor, address: str) -> str:
        """What a page says that cannot be used now."""
        assert who.person_id is not None
        answer = client_of(self.app, who.person_id, who.organisation_id).get(address)
        assert answer.status_code == 409, (address, answer.status_code)
        return words_of(answer.get_data(as_text=True))

    # --- the usual steps ----------------------------------------------------------------------------

    def pledge(self, code: str, **fields: Any) -> str:
        """Logs and posts a pledge, which the council puts on offer where it waits for that."""
        said: dict[str, Any] = {
            "story": "Somebody of ours gives it in paid time.",
            "owner_name": "Priya Desai",
            "basis": "extra",
            "not_charged_to_rate": "yes",
        }
        reference = self.send(self.provider, f"/pledges/new/{code}", **(said | fields))
        if self.pledge_row(reference).state == "waiting":
            self.send(self.officer, f"/pledges/{reference}/offer", on=f"/pledges/{reference}")
        assert self.pledge_row(reference).state == "offered"
        return reference

    def need(self, kind: str, **fields: Any) -> str:
        """Writes a need down and posts it."""
        said = {"story": "We would be glad of it.", "none_of_these": "yes", "where": "ours"}
        reference = self.send(self.group, f"/needs/new/{kind}", **(said | fields))
        assert self.need_row(reference)[0].state == "open"
        return reference

    def offer(self, pledge: str, need: str, **fields: Any) -> str:
        """The provider offers; what the site proposes stands in the form already."""
        return self.send(self.provider, f"/promises/offer?pledge={pledge}&part_id={self.part_id(need)}", **fields)

    def ask(self, pledge: str, need: str, **fields: Any) -> str:
        return self.send(self.group, f"/promises/ask?pledge={pledge}&part_id={self.part_id(need)}", **fields)

    def press(self, who: Actor, promise: str, button: str) -> None:
        """One of the buttons of a promise's page."""
        self.send(who, f"/promises/{promise}/{button}", on=f"/promises/{promise}")

    def report(self, promise: str, *, by: Actor | None = None, **fields: Any) -> str:
        said = {"what_happened": "All as agreed."}
        return self.send(by or self.provider, f"/promises/{promise}/what-happened", **(said | fields))

    def report_own(self, pledge: str, **fields: Any) -> str:
        return self.send(self.provider, f"/pledges/{pledge}/what-was-done", **fields)

    def confirm(self, delivery: str) -> None:
        self.send(self.group, f"/deliveries/{delivery}/it-happened", on=f"/deliveries/{delivery}")

    def verify(self, delivery: str, *, basis: str = "word", by: Actor | None = None, **fields: Any) -> None:
        said = {"act": "verify", "basis": basis, "reason": "What was said fits what we saw."}
        self.send(by or self.verifier, f"/deliveries/{delivery}/verify", **(said | fields))

    # --- what stands --------------------------------------------------------------------------------

    def pledge_row(self, reference: str) -> Pledge:
        with work.reading() as reading:
            return reading.execute(select(Pledge).where(Pledge.reference == reference)).scalar_one()

    def need_row(self, reference: str) -> tuple[Need, NeedPart]:
        with work.reading() as reading:
            question = select(Need, NeedPart).join(NeedPart, NeedPart.need_id == Need.id)
            need, part = reading.execute(question.where(Need.reference == reference)).one()
            return need, part

    def promise_row(self, reference: str) -> Commitment:
        with work.reading() as reading:
            return reading.execute(select(Commitment).where(Commitment.reference == reference)).scalar_one()

    def change_of(self, promise: str) -> str:
        """The reference of the change that waits on a promise."""
        with work.reading() as reading:
            question = select(CommitmentChange.reference).where(
                CommitmentChange.commitment_id == self.promise_row(promise).id, CommitmentChange.state == "proposed"
            )
            return reading.execute(question).scalar_one()

    def part_id(self, need: str) -> int:
        return self.need_row(need)[1].id

    def pledge_columns(self, reference: str) -> tuple[int | None, int, int]:
        """Of a pledge: its amount, what is held, what is committed."""
        row = self.pledge_row(reference)
        return row.amount, row.held, row.committed

    def need_columns(self, reference: str) -> tuple[int | None, int, int | None]:
        """Of a need: its amount, what is committed, and what is left to ask for."""
        _, part = self.need_row(reference)
        with work.reading() as reading:
            wanted = part_wanted(reading, part.id, any_state=True)
        return part.amount, part.committed, wanted.left if wanted else None

    # --- the figures --------------------------------------------------------------------------------

    def table(self, address: str, who: Actor | None = None) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.read(who, address).removeprefix("\ufeff"))))

    def row_of(self, code: str, row: str = "amount") -> dict[str, str]:
        """The one line of a measure in the table of figures."""
        [found] = [one for one in self.table("/figures.csv") if one["measure"] == code and one["row"] == row]
        return found

    def figures(self, code: str) -> list[int | str]:
        """The five figures of a measure; page, table and the lists behind must all say the same."""
        row = self.row_of(code)
        told: list[int | str] = [int(row[one]) if row[one].isdigit() else row[one] for one in Figure]
        unit = Unit(row["unit"])
        page = self.read(None, f"/figures?pillar={row['pillar_number']}")
        [line] = [one for one in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f"{code} · in" in one]
        cells = re.findall(r"<td.*?</td>", line, re.DOTALL)
        for figure, amount, cell in zip(Figure, told, cells, strict=True):
            if not isinstance(amount, int):
                assert amount in words_of(cell)
            elif not amount:
                assert "<a" not in cell
            else:
                self._opens(figure, amount, unit, cell)
        return told

    def _opens(self, figure: Figure, amount: int, unit: Unit, cell: str) -> None:
        """A figure's link opens the list of what it is made of, which adds up to it."""
        link = re.search(r'<a href="([^"]+)">([^<]+)<', cell)
        assert link is not None
        assert link[2] == str(say_amount(unit, amount))
        address = html.unescape(link[1])
        opened = self.read(None, address)
        total = re.search(r'cb-sum__amount">([^<]+)<', opened)
        assert total is not None
        assert total[1] == link[2]
        listed = self.table(address.replace("/deliveries?", "/deliveries.csv?"))
        assert sum(int(one["amount"]) for one in listed) == amount, (figure, listed)
        body = re.search(r"<tbody.*?</tbody>", opened, re.DOTALL)
        assert body is not None
        shown = [words_of(row) for row in re.findall(r"<tr.*?</tr>", body[0], re.DOTALL)]
        assert len(shown) == len(listed) <= 50
        for one, words in zip(listed, shown, strict=True):
            assert words.endswith(str(say_amount(unit, int(one["amount"]))))
        begins = {Figure.PLEDGED: "P-", Figure.COMMITTED: "C-"}.get(figure, "D-")
        seen = self.table(address.replace("/deliveries?", "/deliveries.csv?"), self.auditor)
        assert sum(int(one["amount"]) for one in seen) == amount
        assert {one["reference"][:2] for one in seen} == {begins}
