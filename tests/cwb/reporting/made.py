"""A made-up set of everything that can have figures, and how its pages and tables are read."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from community_book.base.amounts import Kind
from community_book.base.clock import held_at
from tests.makers_commitments import make_commitment, make_pair
from tests.makers_deliveries import Council, S, make_council, make_delivery, make_own_delivery
from tests.makers_needs import make_listed_group
from tests.makers_pledges import MadePledge, make_admitted_provider, make_framework, make_pledge

NOW = date(2026, 11, 20)


class Set:
    """Two providers, two frameworks, two groups in two zones, and something of every kind."""

    def __init__(self) -> None:
        with held_at(NOW):
            self._make()

    def _make(self) -> None:
        self.council: Council = make_council()
        self.framework, self.other_framework = make_framework(), make_framework()
        self.provider = make_admitted_provider("Fictional Care", framework=self.framework)
        self.other = make_admitted_provider("Invented Support", framework=self.other_framework)
        zones = self.framework.zone_ids
        groups = [make_listed_group(zones=[zones[place]]) for place in (0, 1)]
        lot = {"lot_id": self.framework.lot_ids[1]}
        for group, states in zip(
            groups,
            ([S.VERIFIED, S.CONFIRMED, S.REPORTED, S.REVERSED], [S.VERIFIED_IN_PART, S.REJECTED, S.UNANSWERED]),
            strict=True,
        ):
            pair = make_pair(provider=self.provider, group=group, pledged=lot)
            commitment = make_commitment(pair)
            for state in states:
                make_delivery(state, pair=pair, commitment=commitment, council=self.council, amount=90)
        money = make_pair(provider=self.provider, group=groups[0], measure="FP1", kind=Kind.MONEY, amount=650_00)
        given = make_commitment(money)
        make_delivery(S.VERIFIED, pair=money, commitment=given, council=self.council, amount=500_00)
        make_pair(provider=self.provider, group=groups[1], measure="FP6", kind=Kind.GOODS, amount=5,
                  needed={"item_type": "laptops"})  # fmt: skip
        self._own("PP7", [(S.VERIFIED, 5), (S.REJECTED, 3), (S.REPORTED, 4)])
        baseline = {"baseline": 1_000_00, "baseline_on": NOW, "amount": 1_500_00}
        self._own("PP1", [(S.VERIFIED, 800_00), (S.VERIFIED, 400_00)], pledged=baseline)
        self._own("PO8", [(S.VERIFIED, 3)])
        self._own("PO4", [(S.VERIFIED, 8)])
        self._own("PO2", [(S.VERIFIED, 1)], pledged={"amount": 1, "basis": "condition"})
        self._own("PP2", [(S.VERIFIED, 100)], pledged={"basis": "term", "amount": 900})
        self._level("FE2", 43, 50)
        self._level("FE2", 20, 50)
        make_pledge(self.provider.actor, "FE2")
        self._level("FE1", 38, 50, basis="condition")
        make_pledge(self.other.actor, "LA6", amount=2)

    def _own(self, measure: str, reports: list[tuple[Any, int]], pledged: dict[str, Any] | None = None) -> None:
        pledge = make_pledge(self.provider.actor, measure, **(pledged or {}))
        for state, amount in reports:
            make_own_delivery(state, provider=self.provider, pledge=pledge, council=self.council, amount=amount)

    def _level(self, measure: str, part: int, whole: int, **pledged: Any) -> MadePledge:
        pledge = make_pledge(self.provider.actor, measure, **pledged)
        make_own_delivery(
            S.VERIFIED, provider=self.provider, pledge=pledge, council=self.council, level_part=part, level_whole=whole
        )
        return pledge


def table(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def words_of(answer: Any) -> str:
    """What a page says, without its markup."""
    page = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def address(path: str, **asked: str) -> str:
    return path + "?" + "&".join(f"{name}={value}" for name, value in asked.items())
