"""Needs met and the time to a first answer: counted by size and zone, small counts hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import text

from community_book.base import work
from community_book.base.actor import system
from tests.cwb.reporting.made import table, words_of
from tests.makers_needs import make_listed_group, make_need
from tests.makers_pledges import make_framework

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


def ask(zone_id: int, size: str, answers: list[int | None]) -> None:
    """Needs of groups of one size in one zone, opened on a Monday and answered after so many days."""
    for days in answers:
        group = make_listed_group(zones=[zone_id])
        need = make_need(group.lead)
        with work.bookkeeping(system("test")) as session:
            session.execute(
                text("UPDATE group_entries SET size_band = :size WHERE organisation_id = :id"),
                {"size": size, "id": group.organisation.id},
            )
            session.execute(
                text(
                    "UPDATE needs SET opened_at_utc = :opened, first_answer_at_utc = :answered WHERE reference = :need"
                ),
                {
                    "opened": MONDAY,
                    "answered": MONDAY + timedelta(days=days) if days is not None else None,
                    "need": need.reference,
                },
            )


def test_needs_are_counted_by_size_and_zone_and_small_counts_are_hidden(client: FlaskClient) -> None:
    zones = make_framework().zone_ids
    ask(zones[0], "micro", [0, 1, 2, 3, 4, 7])
    ask(zones[1], "large", [4, 4, 4, 4, 4, None])
    ask(zones[2], "small", [2])
    rows = {(row["by"], row["name"]): row for row in table(client, "/figures/needs.csv")}
    whole = rows["all", "All groups"]
    assert (whole["asked"], whole["answered"], whole["median_working_days_to_first_answer"]) == ("13", "12", "4")
    micro = rows["group size", "Less than £10,000"]
    large = rows["group size", "More than £1 million"]
    shown = {row["asked"] for row in (micro, large)}
    # One small count alone would be told by the sum: the least of the others is hidden with it.
    assert shown == {"fewer than 5", "6"}
    assert rows["group size", "£10,000 to £100,000"]["asked"] == "fewer than 5"
    assert rows["zone", "Zone 3"]["asked"] == "fewer than 5"
    assert [row["met"] for row in rows.values()] == ["0", *["fewer than 5"] * (len(rows) - 1)]
    page = words_of(client.get("/figures/needs"))
    assert "4 working days" in page
    assert page.count("hidden") > 10
    assert words_of(client.get("/figures/needs?period=2026")) == words_of(client.get("/figures/needs?period=2026"))
    assert table(client, "/figures/needs.csv?period=2026") == list(rows.values())


def test_a_hidden_need_is_not_counted(client: FlaskClient) -> None:
    zones = make_framework().zone_ids
    ask(zones[0], "micro", [1])
    with work.bookkeeping(system("test")) as session:
        session.execute(text("UPDATE needs SET hidden = :yes"), {"yes": True})
    assert [row["asked"] for row in table(client, "/figures/needs.csv") if row["by"] == "all"] == ["0"]
