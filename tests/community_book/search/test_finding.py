"""What people find: groups, needs and offers in their own words, and nothing that is not theirs to see."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from community_book.base import dispatcher, searching, work
from community_book.base.actor import system
from community_book.base.amounts import Kind
from community_book.groups import actions as groups
from community_book.groups.queries.tags import our_tags
from community_book.groups.rules import GroupState, NewActivity
from community_book.needs import actions as needs
from community_book.needs.tables import Need
from community_book.places.queries import find_postcode, zone_choices
from community_book.places.tables import Place
from community_book.search import index
from community_book.search.rules import Asked
from cwb.pillars.tables import Measure
from tests.community_book.groups.test_whats_on import profile_of
from tests.makers_groups import make_ask, make_group, put_into
from tests.makers_needs import make_listed_group, make_need, make_zones
from tests.makers_places import WEST, know_postcodes, make_scheme
from tests.makers_pledges import make_admitted_provider, make_pledge
from tests.support.counted import statements
from tests.support.databases import ON_SQLITE

Rebuild = Callable[[], int]


def titles(client: FlaskClient, words: str, **narrowed: str) -> list[str]:
    """The titles on the page, in order."""
    answer = client.get("/search", query_string={"q": words, **narrowed})
    assert answer.status_code == 200
    found = re.findall(r'cb-card__title"><a[^>]*>(.*?)</a>', answer.get_data(as_text=True))
    return [unescape(re.sub(r"<[^>]+>", "", title)) for title in found]


def page(client: FlaskClient, words: str, **narrowed: str) -> str:
    return client.get("/search", query_string={"q": words, **narrowed}).get_data(as_text=True)


def test_a_question_in_a_sentence_finds_what_has_some_of_its_words(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_listed_group("Station Road Lunch Club")
    make_need(group.lead, title="Minibuses for our outings", story="Twelve people and two drivers.")
    make_need(group.lead, title="Paint for the hall", story="Any colour.")
    rebuild()
    assert titles(client, "is there anybody who could drive a minibus for us on an outing?")[0] == (
        "Minibuses for our outings"
    )


def test_what_has_every_word_comes_before_what_repeats_one(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_listed_group()
    make_need(group.lead, title="Garden garden garden", story="Garden, garden and garden.")
    make_need(group.lead, title="A fence", story="We have a long story about many things, one of which is a garden.")
    rebuild()
    assert titles(client, "garden fence") == ["A fence", "Garden garden garden"]


def test_words_in_quotation_marks_stand_together(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_listed_group()
    make_need(group.lead, title="Cooks for the lunch club")
    make_need(group.lead, title="A club that has lunch now and then")
    rebuild()
    assert titles(client, '"lunch clubs"') == ["Cooks for the lunch club"]
    assert len(titles(client, "lunch clubs")) == 2
    assert len(titles(client, '"now lunch"')) == 2  # nowhere so: looked for as words


def test_a_word_typed_wrong_is_offered_right(client: FlaskClient, rebuild: Rebuild) -> None:
    make_need(make_listed_group().lead, title="Bookkeeping for our charity")
    rebuild()
    shown = page(client, "bookkeping")
    assert "Did you mean" in shown
    assert "q=bookkeeping" in shown


def test_a_hit_is_marked_and_its_text_is_never_html(client: FlaskClient, rebuild: Rebuild) -> None:
    make_need(make_listed_group().lead, title="Help <script>alert(1)</script>", story="A <b>ladder</b> & a spade")
    rebuild()
    shown = page(client, "ladder <i>")
    assert '&lt;b&gt;<mark class="cb-mark">ladder</mark>&lt;/b&gt; &amp; a spade' in shown
    assert "<script>alert" not in shown


def test_one_narrows_down_by_kind_of_thing_kind_subject_zone_and_what_is_open(
    client: FlaskClient, rebuild: Rebuild
) -> None:
    north, south = make_zones("North", "South").values()
    upper, lower = make_listed_group("Upper", zones=[north]), make_listed_group("Lower", zones=[south])
    make_need(upper.lead, title="Helpful hands", kind=Kind.HANDS)
    make_need(lower.lead, title="Helpful advice", kind=Kind.ADVICE, subject="accounts")
    rebuild()
    with work.reading() as reading:
        lower_zone = next(value for value, words, _ in zone_choices(reading) if "South" in words)
    assert titles(client, "helpful", kind="hands") == ["Helpful hands"]
    assert titles(client, "helpful", subject="accounts") == ["Helpful advice"]
    assert titles(client, "helpful", zone=lower_zone) == ["Helpful advice"]
    assert titles(client, "helpful", of="group") == []
    assert sorted(titles(client, "", of="need", open="yes")) == ["Helpful advice", "Helpful hands"]
    assert len(titles(client, "helpful", kind="nothing", zone="x", of="nobody")) == 2


def test_the_nearest_to_a_postcode_come_first(client: FlaskClient, rebuild: Rebuild) -> None:
    know_postcodes()
    with work.reading() as reading:
        here = find_postcode(reading, WEST)
    assert here is not None
    for name, metres in (("Far helpers", 5_000), ("Near helpers", 300)):
        group = make_listed_group(name, place_public=True)
        with work.bookkeeping(system("test")) as session:
            place = session.get_one(Place, group.place_id)
            place.easting, place.northing = here.easting + metres, here.northing
    make_listed_group("Helpers whose place is private", postcode=WEST)
    rebuild()
    assert titles(client, "helpers", near=WEST) == ["Near helpers", "Far helpers", "Helpers whose place is private"]
    assert "<strong>0.3 km away" in page(client, "helpers", near=WEST)
    assert "We do not know the postcode ZZ1 1ZZ" in page(client, "helpers", near="ZZ1 1ZZ")


def test_a_postcode_among_the_words_is_where_it_should_be_near(client: FlaskClient, rebuild: Rebuild) -> None:
    know_postcodes()
    make_listed_group("Helpers", postcode=WEST)
    rebuild()
    assert titles(client, f"helpers {WEST.lower()}") == titles(client, "helpers", near=WEST) == ["Helpers"]
    assert f'name="near" value="{WEST}"' in page(client, f"helpers near {WEST}?")
    alone = page(client, WEST)
    assert "Nothing fits" not in alone
    asked = WEST.replace(" ", "+")
    for link in (f"/whats-on?postcode={asked}", f"/groups?postcode={asked}", f"/search?of=need&amp;near={asked}"):
        assert link in alone


def test_how_far_a_private_place_is_is_told_by_its_zone(client: FlaskClient, rebuild: Rebuild) -> None:
    know_postcodes()
    make_scheme()
    with work.reading() as reading:
        zones = [choice[0] for choice in zone_choices(reading)]
    make_listed_group("Helpers", zones=[int(zones[0].partition(":")[2])])
    rebuild()
    assert "<strong>about" in page(client, "helpers", near=WEST)


def test_pillars_narrow_down_what_providers_offer(client: FlaskClient, rebuild: Rebuild) -> None:
    provider = make_admitted_provider().actor
    make_pledge(provider, "PO7", title="Bookkeeping by our office")
    rebuild()
    with work.reading() as reading:
        document = next(iter(searching.search_sources()["pledge"].documents(reading, None)))
    assert titles(client, "bookkeeper", pillar=document.facets["pillar"][0]) == ["Bookkeeping by our office"]
    assert titles(client, "bookkeeper", pillar="1") == []
    assert 'name="pillar"' in page(client, "bookkeeper")


def test_everything_a_group_says_of_itself_is_found(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_group("Plain name", what_we_do="We meet.", who_for="Whittlers")
    profile = profile_of(
        group.reference,
        can_offer="A projector to lend.",
        sells="Marmalade by the jar.",
        has_room_for="Two more xylophonists.",
        tags=("food",),
    )
    groups.edit_group(group.lead, group.reference, profile)
    groups.put_on(
        group.lead,
        group.reference,
        NewActivity(title="Quilting bee", days=("1",), starts=600, ends=720, for_whom="Newcomers", when_note="In term"),
    )
    label = next(tag.label for tag in our_tags() if tag.code == "food")
    rebuild()
    for words in ("whittlers", "projectors", "marmalade", "xylophonist", "quilting", "newcomers tuesday", label):
        assert titles(client, words) == ["Plain name"], words
    assert '<mark class="cb-mark">Marmalade</mark>' in page(client, "marmalade")
    assert '<mark class="cb-mark">Quilting</mark> bee' in page(client, "quilting")


def test_without_an_index_what_a_group_says_is_found_too(client: FlaskClient, place: Path) -> None:
    group = make_group("Plain name")
    groups.edit_group(group.lead, group.reference, profile_of(group.reference, sells="Marmalade", tags=("food",)))
    groups.put_on(group.lead, group.reference, NewActivity("Quilting bee", days=("1",), starts=600, ends=720))
    label = next(tag.label for tag in our_tags() if tag.code == "food")
    for words in ("marmalade", "quilting", label.split()[0]):
        assert titles(client, words) == ["Plain name"], words


def test_what_a_group_runs_is_found_as_soon_as_it_is_put_on(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_group("Plain name")
    rebuild()
    groups.put_on(group.lead, group.reference, NewActivity("Quilting bee", days=("1",), starts=600, ends=720))
    dispatcher.dispatch_all()
    assert titles(client, "quilt") == ["Plain name"]


def test_where_an_activity_is_stands_in_no_document(client: FlaskClient, rebuild: Rebuild) -> None:
    know_postcodes()
    group = make_group("Plain name")
    groups.put_on(
        group.lead,
        group.reference,
        NewActivity("Quilting", ("1",), 600, 720, where_words="Back room", postcode=WEST, place_public=True),
    )
    rebuild()
    assert titles(client, "back room") == []
    assert titles(client, WEST) == []


def test_no_contact_and_no_private_place_is_in_a_document(rebuild: Rebuild) -> None:
    scheme = make_zones("North")
    know_postcodes()
    group = make_group(
        "Harriet House",
        contact_name="Bob Private",
        contact_email="bob@private.example",
        contact_telephone="01632 960 777",
        contacts_public=True,
        postcode=WEST,
    )
    listed = make_listed_group("Shelter", zones=list(scheme.values()), postcode="WN1 1AA")
    make_need(listed.lead, title="A quiet need")
    rebuild()
    with work.reading() as reading:
        found = [
            document for source in searching.search_sources().values() for document in source.documents(reading, None)
        ]
    assert {document.title for document in found} >= {"Harriet House", "Shelter", "A quiet need"}
    for secret in ("Bob Private", "bob@private", "960 777", "WN1", WEST, "The hall", "Sam Example"):
        assert not any(secret in str(document) for document in found), secret
    assert all(document.easting is None for document in found)
    assert group.reference in str(found)


def test_what_is_hidden_or_not_listed_is_not_found_though_the_index_has_it(
    client: FlaskClient, rebuild: Rebuild
) -> None:
    group = make_group("Wednesday Weavers")
    need = make_need(make_listed_group().lead, title="Weavers wanted")
    rebuild()
    assert len(titles(client, "weavers")) == 2
    assert client.get("/search/suggest.json?q=weav").get_json() == ["Weavers wanted", "Wednesday Weavers"]
    put_into(group.reference, GroupState.SUSPENDED)
    with work.bookkeeping(group.lead) as session:
        needs.hide_need(session, need.need_id)
    assert index.ask(lambda engine: engine.find(Asked(words=("weavers",)), limit=9)).total == 2
    assert titles(client, "weavers") == []
    assert client.get("/search/suggest.json?q=weav").get_json() == []


def test_a_pledge_of_a_disclosive_measure_is_in_no_document(rebuild: Rebuild) -> None:
    provider = make_admitted_provider().actor
    pledge = make_pledge(provider, "PO7", title="Something disclosive")
    with work.bookkeeping(provider) as session:
        session.query(Measure).filter_by(code="PO7").one().disclosive = True
    with work.reading() as reading:
        assert list(searching.search_sources()["pledge"].documents(reading, [pledge.id])) == []


def test_a_draft_and_an_ask_are_in_no_document(rebuild: Rebuild) -> None:
    make_ask("Not yet listed")
    rebuild()
    with work.reading() as reading:
        documents = list(searching.search_sources()["group"].documents(reading, None))
    assert "Not yet listed" not in {document.title for document in documents}


BAD = [
    "*", "[", "*a*", "a" * 20_000, "minibus " * 3_000, "the of and", "🦊🦊", "title:x", "key:need", "facets:kind=hands",
    '"', '""', "' OR 1=1 --", "%00", "\\", "((((", "^2~3", "minibus AND NOT", "{a TO b}", "<script>", "\u202e\u200dx",
]  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize("near", ["", "x" * 500])
def test_nothing_typed_is_a_fault_or_slow(client: FlaskClient, rebuild: Rebuild, near: str) -> None:
    make_need(make_listed_group().lead, title="A minibus for our title key need")
    rebuild()
    for typed in BAD:
        answer = client.get("/search", query_string={"q": typed, "near": near})
        assert answer.status_code == 200, typed
        assert len(answer.data) < 60_000, typed
        assert client.get("/search/suggest.json", query_string={"q": typed}).status_code == 200, typed
    for page_number in ("-1", "0", str(10**20), "x", "1.5"):
        assert titles(client, "minibus", page=page_number) == ["A minibus for our title key need"]


def test_an_empty_answer_says_what_to_do_next(client: FlaskClient, rebuild: Rebuild) -> None:
    rebuild()
    shown = page(client, "zeppelin", kind="hands")
    assert "Look among everything, everywhere" in shown
    assert "Look through all open needs" in shown
    assert "There is no word in that to look for" in page(client, "*")
    assert "Type what you are looking for" in page(client, "")


def test_a_long_answer_has_pages(client: FlaskClient, rebuild: Rebuild) -> None:
    for number in range(23):
        make_listed_group(f"Choir number {number}")
    rebuild()
    assert len(titles(client, "choir")) == 20
    assert len(titles(client, "choir", page="2")) == 3
    assert len(titles(client, "choir", page="3")) == 3
    assert "Page 1 of 2" in page(client, "choir")


def test_a_page_asks_no_more_of_the_database_for_more_hits(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_listed_group("Choir of the north")
    make_need(group.lead, title="Choir books")
    make_pledge(make_admitted_provider().actor, "PO7", title="Choir accounts")
    rebuild()
    client.get("/search?q=choir")
    with statements() as asked:
        client.get("/search?q=choir&near=WN1+1AA")
    assert len(asked) <= 15, list(asked)


def test_without_an_index_the_database_answers_and_the_page_says_so(client: FlaskClient, place: Path) -> None:
    make_need(make_listed_group("Ladders United").lead, title="A ladder")
    assert titles(client, "ladder") == ["A ladder", "Ladders United"]
    assert "this is a plain search" in page(client, "ladder")
    assert 'name="kind"' not in page(client, "ladder")
    assert client.get("/search/suggest.json?q=ladd").get_json() == []


def test_what_is_over_sinks_below_what_is_open(client: FlaskClient, rebuild: Rebuild) -> None:
    group = make_listed_group()
    over = make_need(group.lead, title="A tent that is over", story="For the fair.")
    make_need(group.lead, title="A tent still wanted", story="For the fair.")
    with work.bookkeeping(system("test")) as session:
        session.get_one(Need, over.need_id).state = "expired"
    rebuild()
    assert titles(client, "tent") == ["A tent still wanted", "A tent that is over"]
    assert titles(client, "tent", open="yes") == ["A tent still wanted"]
