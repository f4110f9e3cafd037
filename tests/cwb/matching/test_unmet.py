"""Unmet need: what is short where, the needs behind it, what comes near, the letter and the list for a call-off."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from community_book.base import dispatcher, work
from community_book.base.actor import Actor, Role, anybody
from community_book.base.amounts import Kind
from community_book.base.clock import quarter_dates, today
from community_book.base.errors import NotAllowed, NotThere, Refused
from community_book.base.outbox import Event
from community_book.needs import actions as need_actions
from community_book.places.queries import zones_of
from cwb.matching import actions, letters, queries
from cwb.matching.rules.unmet import NewLetter, Shortage
from tests.makers import actor_for, make_organisation, send
from tests.makers_commitments import make_officer
from tests.makers_needs import ListedGroup, make_listed_group, make_need, make_need_of_several, new_part
from tests.makers_pledges import Provider, make_admitted_provider, make_pledge
from tests.support.counted import statements

Browse = Callable[[Actor], FlaskClient]


class Borough(NamedTuple):
    provider: Provider
    leigh: ListedGroup
    north: ListedGroup
    officer: Actor
    quarter: str

    @property
    def days(self) -> dict[str, Any]:
        """All of the quarter that is looked at."""
        first, last = quarter_dates(self.quarter)
        return {"first_day": first, "last_day": last}


@pytest.fixture
def borough(app: Any) -> Borough:
    provider = make_admitted_provider("Linden Homecare")
    zones = provider.framework.zone_ids
    return Borough(
        provider,
        make_listed_group("The Leigh club", zones=zones[:1]),
        make_listed_group("The north club", zones=zones[1:2]),
        make_officer(),
        queries.quarters_to_come()[1],
    )


@pytest.fixture
def browse(signed_in: Callable[..., FlaskClient]) -> Browse:
    return lambda actor: signed_in(actor.person_id, actor.organisation_id)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def cells(borough: Borough, actor: Actor | None = None, **more: Any) -> list[Shortage]:
    with work.reading() as reading:
        return list(queries.unmet(reading, actor or borough.officer, borough.quarter, **more).cells)


def zone_names(borough: Borough) -> list[str]:
    with work.reading() as reading:
        return [zone.name for zone in zones_of(reading, borough.provider.framework.scheme_id)]


# --- what is counted ----------------------------------------------------------------------------


def test_what_is_asked_and_not_on_offer_is_short_in_its_zone(borough: Borough) -> None:
    make_need(borough.leigh.lead, kind=Kind.HANDS, amount=600, **borough.days)
    [cell] = cells(borough)
    assert (cell.kind, cell.zone_id, cell.asked, cell.short, cell.offers, cell.nothing_fits) == (
        Kind.HANDS, borough.provider.framework.zone_ids[0], 600, 600, 0, 1,
    )  # fmt: skip
    make_pledge(borough.provider.actor, "LA5", amount=240)
    dispatcher.dispatch_all()
    [cell] = cells(borough)
    assert (cell.short, cell.offers, cell.nothing_fits) == (360, 1, 0)


def test_only_what_touches_the_quarter_counts_and_days_by_their_day(borough: Borough) -> None:
    first, last = quarter_dates(borough.quarter)
    make_need(borough.leigh.lead, kind=Kind.MONEY, amount=5_000, first_day=today(), last_day=first - timedelta(days=1))
    assert cells(borough) == []
    make_need(
        borough.north.lead,
        kind=Kind.VEHICLE,
        amount=None,
        sessions=[(first - timedelta(days=7), 600, 720), (first, 600, 720), (last, 600, 720)],
    )
    [cell] = cells(borough)
    assert cell.asked == 240


def test_advice_things_and_drivers_are_told_apart(borough: Borough) -> None:
    days = borough.days
    make_need_of_several(
        borough.leigh.lead,
        "all",
        new_part(Kind.ADVICE, amount=60, subject="bids", **days),
        new_part(Kind.GOODS, amount=8, item_type="tablets", **days),
        new_part(Kind.ADVICE, amount=60, subject="legal", **days),
    )
    assert [(cell.kind, cell.what) for cell in cells(borough)] == [
        (Kind.ADVICE, "bids"), (Kind.ADVICE, "legal"), (Kind.GOODS, "tablets"),
    ]  # fmt: skip
    assert [cell.what for cell in cells(borough, kind=Kind.GOODS)] == ["tablets"]


def test_needs_that_are_hidden_paused_or_taken_back_do_not_count(borough: Borough) -> None:
    made = make_need(borough.leigh.lead, amount=600, **borough.days)
    need_actions.pause_need(borough.leigh.lead, made.reference)
    assert cells(borough) == []
    need_actions.resume_need(borough.leigh.lead, made.reference)
    need_actions.hide(actor_for(make_organisation(is_council=True), Role.SAFEGUARDING), made.reference, "A worry")
    assert cells(borough) == []


def test_what_could_tell_of_single_people_is_for_the_council_alone(borough: Borough) -> None:
    make_need(borough.leigh.lead, kind=Kind.JOBS, amount=2, **borough.days)
    assert [cell.kind for cell in cells(borough)] == [Kind.JOBS]
    for actor in (anybody(), borough.leigh.lead, borough.provider.actor):
        assert cells(borough, actor) == []
        with work.reading() as reading:
            found = queries.unmet(reading, actor, borough.quarter)
            assert queries.needs_behind(reading, found, kind=Kind.JOBS) == (0, [])


def test_the_needs_behind_a_figure_are_those_it_counts(borough: Borough) -> None:
    make_need(borough.leigh.lead, title="In Leigh", amount=600, **borough.days)
    make_need(borough.north.lead, title="In the north", amount=300, **borough.days)
    scheme, zone = borough.provider.framework.scheme_id, borough.provider.framework.zone_ids[0]
    with work.reading() as reading:
        found = queries.unmet(reading, anybody(), borough.quarter, scheme_id=scheme)

        def behind(**more: Any) -> list[str]:
            return [one.need_title for one in queries.needs_behind(reading, found, **more)[1]]

        assert behind(kind=Kind.HANDS) == ["In Leigh", "In the north"]
        assert behind(kind=Kind.HANDS, zone_id=zone, anywhere=False) == ["In Leigh"]
        assert behind(kind=Kind.HANDS, zone_id=None, anywhere=False) == []
        assert behind(kind=Kind.MONEY) == []
        assert len(behind()) == 2


# --- what comes near ----------------------------------------------------------------------------


def test_the_nearest_misses_say_what_would_have_to_change(borough: Borough) -> None:
    make_need(borough.leigh.lead, kind=Kind.ADVICE, amount=600, dbs="enhanced", **borough.days)
    make_pledge(borough.provider.actor, "PO7", title="Hours of our bookkeeper")
    make_pledge(borough.provider.actor, "PO7", title="Bids are what we know", subject="bids")
    dispatcher.dispatch_all()
    with work.reading() as reading:
        total, [one] = queries.nothing_fits(reading, borough.officer)
        assert total == 1
        assert [near.pledge_title for near in one.nearest] == ["Hours of our bookkeeper", "Bids are what we know"]
        assert [miss.key for miss in one.nearest[0].misses] == ["dbs"]
        assert queries.nothing_fits(reading, borough.officer, kind=Kind.MONEY) == (0, [])
        for actor in (borough.leigh.lead, borough.provider.actor, anybody()):
            with pytest.raises(NotThere):
                queries.nothing_fits(reading, actor)


def test_a_kind_nobody_pledges_has_nothing_near(borough: Borough) -> None:
    made = make_need(borough.leigh.lead, kind=Kind.LAND, amount=26, **borough.days)
    with work.reading() as reading:
        _, [one] = queries.nothing_fits(reading, borough.officer)
        assert one.nearest == ()
        assert queries.nearest_to(reading, [made.part_id, 2**40]) == {}
        assert queries.nearest_to(reading, []) == {}


# --- letters ------------------------------------------------------------------------------------


def letter(borough: Borough, **more: Any) -> NewLetter:
    usual: dict[str, Any] = {
        "kind": Kind.HANDS, "what": "", "zone_id": borough.provider.framework.zone_ids[0], "quarter": borough.quarter,
        "short": 600, "subject": "Can you help?", "words": "Dear provider,\n\nplease do.",
        "to": frozenset({borough.provider.organisation.id}),
    }  # fmt: skip
    return NewLetter(**(usual | more))


def test_a_letter_goes_to_the_providers_concerned_in_the_officers_words(borough: Borough) -> None:
    reference = actions.write_to_providers(borough.officer, letter(borough))
    with work.reading() as reading:
        found = queries.provider_letter(reading, borough.officer, reference)
        assert [name for _, name in found.to] == ["Linden Homecare"]
        [sent] = letters.providers_written(reading, Event("ProvidersWritten", {"reference": reference}))
        assert (sent.organisation_id, str(sent.subject)) == (borough.provider.organisation.id, "Can you help?")
        assert [str(line) for line in sent.body] == ["Dear provider,", "please do."]
        assert queries.provider_letter(reading, borough.provider.actor, reference).to == ()
        for actor in (borough.leigh.lead, anybody(), make_admitted_provider().actor):
            with pytest.raises(NotThere):
                queries.provider_letter(reading, actor, reference)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"to": frozenset()}, "at least one provider"),
        ({"to": frozenset({2**40})}, "not admitted for this zone"),
        ({"subject": ""}, "needs a subject"),
        ({"words": ""}, "needs a subject"),
    ],
)
def test_a_letter_that_cannot_be_sent_says_why(borough: Borough, more: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        actions.write_to_providers(borough.officer, letter(borough, **more))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_only_officers_write_to_providers(borough: Borough, role: Role) -> None:
    with pytest.raises(NotAllowed):
        actions.write_to_providers(actor_for(make_organisation(is_council=True), role), letter(borough))


# --- pages --------------------------------------------------------------------------------------


def test_everybody_reads_where_help_is_missing(borough: Borough, client: FlaskClient) -> None:
    page = text(client.get("/unmet"))
    assert "Nothing is asked for in these months." in page
    make_need(borough.leigh.lead, title="Painters <b>", amount=20_400, **borough.days)
    page = text(client.get("/unmet"))
    zone = zone_names(borough)[0]
    said = f"{zone} is short of 340 h: Helping hands. Nobody has offered any."
    assert said in page
    assert "For the council" not in page
    assert 'class="h4"' in page
    address = re.search(r'href="(/unmet/needs[^"]*zone=[^"]*)"', page)
    assert address is not None
    behind = text(client.get(address[1].replace("&amp;", "&")))
    for words in (said, "Painters &lt;b&gt;", "nothing on offer fits it"):
        assert words in behind
    assert "Write to providers" not in behind
    lines = table(client.get("/unmet.csv"))
    assert [(line["Zone"], line["Short"], line["In words"]) for line in lines] == [(zone, "20400", said)]
    make_pledge(borough.provider.actor, "LA5", amount=30_000)
    assert "Nothing is short" in text(client.get("/unmet"))


@pytest.mark.parametrize(
    "address",
    [
        "/unmet?quarter=1999-Q1&kind=conduct&scheme=x&page=9999999",
        "/unmet?scheme=999999999",
        "/unmet?kind=hands&quarter=x",
        "/unmet.csv?kind=%3Cb%3E",
        "/unmet/needs?kind=hands",
        "/unmet/needs?kind=hands&zone=none&what=nonsense",
    ],
)
def test_what_cannot_be_read_in_the_address_narrows_nothing(
    borough: Borough, client: FlaskClient, address: str
) -> None:
    make_need(borough.leigh.lead, amount=600, **borough.days)
    assert client.get(address).status_code == 200


def test_what_is_not_there_is_not_found(borough: Borough, client: FlaskClient, browse: Browse) -> None:
    for address in ("/unmet/needs", "/unmet/needs?kind=x", "/unmet/needs?kind=hands&zone=ZN-222222",
                    "/unmet/letters/W-222222"):  # fmt: skip
        assert client.get(address).status_code == 404
    officer = browse(borough.officer)
    for address in ("/unmet/letter", "/unmet/letter?kind=hands", "/unmet/letter?kind=hands&zone=nonsense"):
        assert officer.get(address).status_code == 404
    for page in ("nothing-fits", "nothing-fits.csv", "call-off.csv", "letters", "letter"):
        assert client.get(f"/unmet/{page}").location.startswith("/sign-in")
        for actor in (borough.leigh.lead, borough.provider.actor):
            assert browse(actor).get(f"/unmet/{page}").status_code == 403


def test_an_officer_reads_the_draft_and_sends_it(borough: Borough, browse: Browse) -> None:
    make_need(borough.leigh.lead, title="Painters", amount=20_400, **borough.days)
    officer = browse(borough.officer)
    page = officer.get("/unmet").get_data(as_text=True)
    behind = re.search(r'href="(/unmet/needs[^"]*what=[^"]*)"', page)
    assert behind is not None
    page = officer.get(behind[1].replace("&amp;", "&")).get_data(as_text=True)
    found = re.search(r'href="(/unmet/letter[^"]*)"', page)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    draft = text(officer.get(address))
    for said in ("Can you help?", "Nobody has offered any of it yet.", "- Painters (The Leigh club): 340 h", "Linden"):
        assert said in draft
    provider = borough.provider.organisation.reference
    for bad in (
        {"subject": "", "words": "x", "to": provider},
        {"subject": "x", "words": "y"},
        {"subject": "x", "words": "y", "to": "O-222222"},
        {"subject": "x", "words": "y" * 4001, "to": provider},
    ):
        refused = send(officer, address, **bad)
        assert refused.status_code == 422
        assert 'value="x"' in text(refused) or not bad["subject"]
    answer = send(officer, address, subject="Painters wanted", words="Dear all,\n\nplease paint.", to=provider)
    assert answer.status_code == 303
    page = text(officer.get(answer.location))
    for said in ("Painters wanted", "please paint.", "Linden Homecare"):
        assert said in page
    assert "Painters wanted" in text(officer.get("/unmet/letters"))
    dispatcher.dispatch_all()
    own = browse(borough.provider.actor)
    assert "Painters wanted" in text(own.get("/notices"))
    assert "Sent to" not in text(own.get(answer.location))


def test_the_council_takes_away_a_list_for_the_next_call_off(borough: Borough, browse: Browse) -> None:
    made = make_need(borough.leigh.lead, amount=20_400, **borough.days)
    make_need(borough.north.lead, amount=60, **borough.days)
    make_pledge(borough.provider.actor, "LA5", amount=60, zone_ids=frozenset(borough.provider.framework.zone_ids[1:2]),
                borough_wide=False)  # fmt: skip
    [line] = table(browse(borough.officer).get("/unmet/call-off.csv"))
    assert (line["Short in words"], line["Needs"], line["Groups"]) == ("340 h", made.reference, "1")
    assert line["First day"] == borough.days["first_day"].isoformat()
    assert "Nobody has offered any" in line["Words for the call-off"]


def test_the_page_of_what_comes_near_and_its_table(borough: Borough, browse: Browse) -> None:
    officer = browse(borough.officer)
    assert "For every open need something on offer fits" in text(officer.get("/unmet/nothing-fits"))
    make_need(borough.leigh.lead, kind=Kind.ADVICE, amount=600, dbs="enhanced", **borough.days)
    make_need(borough.north.lead, kind=Kind.LAND, amount=None, **borough.days)
    make_pledge(borough.provider.actor, "PO7", title="Hours of our bookkeeper")
    dispatcher.dispatch_all()
    page = text(officer.get("/unmet/nothing-fits"))
    for said in (
        "Hours of our bookkeeper",
        "It would fit once the provider confirms this check",
        "Nothing on offer comes near",
    ):
        assert said in page
    assert "Hours" not in text(officer.get("/unmet/nothing-fits?kind=land"))
    lines = list(
        csv.DictReader(StringIO(officer.get("/unmet/nothing-fits.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert [line["Nearest offer"] for line in lines] == ["Hours of our bookkeeper", ""]


def test_no_page_asks_the_database_more_than_15_times(borough: Borough, browse: Browse, client: FlaskClient) -> None:
    for group in (borough.leigh, borough.north):
        for kind in (Kind.HANDS, Kind.ADVICE, Kind.MONEY):
            make_need(group.lead, kind=kind, amount=60_000, **borough.days)
    for measure in ("LA5", "PO7", "FP1"):
        make_pledge(borough.provider.actor, measure)
    officer = browse(borough.officer)
    for who, address in (
        (client, "/unmet"),
        (client, "/unmet/needs?kind=hands"),
        (officer, "/unmet"),
        (officer, "/unmet/needs?kind=hands"),
        (officer, "/unmet/nothing-fits"),
        (officer, "/unmet/letters"),
        (officer, "/suggestions/reasons"),
    ):
        with statements() as asked:
            assert who.get(address).status_code == 200
        assert len(asked) <= 15, (address, len(asked), [one[:90] for one in asked])
