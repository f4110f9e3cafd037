"""Places on frameworks: admitting by hand, changing, suspending, ending, and who sees what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from community_book.base import registers, work
from community_book.base.actor import Role, system
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.organisations.queries import find_by_identifier
from cwb.frameworks import actions, queries
from cwb.frameworks.rules import AdmissionChange, AdmissionState, NewAdmission, SuspensionClass
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_frameworks import make_framework, make_provider
from tests.support.counted import statements

SITE = system("test")


@pytest.fixture
def officer(app):
    return actor_for(make_organisation("Example Council", is_council=True), Role.OFFICER)


def browser_of(app, actor):
    return client_of(app, actor.person_id, actor.organisation_id)


def step(name, *arguments, **options):
    with work.bookkeeping(SITE) as session:
        return getattr(actions, name)(session, *arguments, **options)


def test_an_officer_admits_an_organisation_by_hand(app, reading, officer) -> None:
    framework = make_framework()
    organisation = make_organisation("Lowfield Care Co-operative")
    browser = browser_of(app, officer)
    address = f"/frameworks/{framework.reference}/admit"
    found = browser.get(f"{address}?q=lowfield").get_data(as_text=True)
    assert f"organisation={organisation.reference}" in found
    form_address = f"{address}?organisation={organisation.reference}"
    lots = [framework.lots[0].reference, framework.lots[2].reference]
    done = send(
        browser,
        form_address,
        **{
            "organisation": organisation.reference,
            "admitted_on-day": "1",
            "admitted_on-month": "4",
            "admitted_on-year": "2024",
            "lots": lots,
            "zones": [framework.zones[1].reference],
        },
    )
    assert done.status_code == 303
    [place] = queries.admissions_of(reading, organisation.id, today())
    assert (place.state, place.admitted_on) == (AdmissionState.ADMITTED, date(2024, 4, 1))
    assert [lot.number for lot in place.lots] == ["1", "3"]
    assert [zone.code for zone in place.zones] == ["2"]
    assert queries.is_admitted(reading, organisation.id, None, today())
    assert queries.is_admitted(reading, organisation.id, framework.id, today())
    assert not queries.is_admitted(reading, organisation.id, framework.id, date(2024, 3, 31))
    assert not queries.is_admitted(reading, organisation.id, framework.id + 1, today())
    assert registers.bodies_of(reading, organisation.id) == {"provider"}
    shown = browser.get(done.location).get_data(as_text=True)
    assert "Lowfield Care Co-operative" in shown
    assert "Admitted" in shown


def test_a_new_organisation_is_admitted_with_its_register_number(app, reading, officer) -> None:
    framework = make_framework(zones=0)
    new = NewAdmission([framework.lots[0].reference], [], date(2024, 4, 1), "", "New Care Ltd", "GB-COH", "234567")
    actions.admit_organisation(officer, framework.reference, new)
    made = find_by_identifier(reading, "GB-COH", "00234567")
    assert made is not None
    assert queries.is_admitted(reading, made.id, framework.id, today())
    with pytest.raises(Refused, match="New Care Ltd has this number already"):
        actions.admit_organisation(officer, framework.reference, new)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lots": []}, "lots"),
        ({"lots": ["L-222222"]}, "lots"),
        ({"zones": ["ZN-222222"]}, "zones"),
        ({"organisation": "O-222222"}, "organisation"),
        ({"organisation": "", "name": ""}, "name"),
        ({"organisation": "", "name": "A", "scheme": "GB-COH"}, "identifier"),
        ({"organisation": "", "name": "A", "identifier": "234567"}, "scheme"),
        ({"organisation": "", "name": "A", "scheme": "GB-COH", "identifier": "hello"}, "identifier"),
        ({"admitted_on": date(2999, 1, 1)}, "admitted_on"),
    ],
)
def test_what_cannot_be_admitted_is_refused_at_its_field(app, reading, officer, changed, field: str) -> None:
    framework = make_framework()
    organisation = make_organisation()
    values = {
        "lots": [framework.lots[0].reference],
        "zones": [],
        "admitted_on": date(2024, 4, 1),
        "organisation": organisation.reference,
    }
    with pytest.raises(Refused) as refused:
        actions.admit_organisation(officer, framework.reference, NewAdmission(**{**values, **changed}))
    assert [problem.field for problem in refused.value.problems] == [field]
    assert queries.providers_of_framework(reading, framework.id) == []


def test_a_form_with_nothing_in_it_comes_back_with_what_is_missing(app, officer) -> None:
    framework = make_framework()
    organisation = make_organisation()
    address = f"/frameworks/{framework.reference}/admit?organisation={organisation.reference}"
    answer = send(browser_of(app, officer), address, organisation=organisation.reference)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Fill in “Admitted from”" in page
    assert "Choose an answer to “Lots”" in page


def test_nobody_has_two_places_on_one_framework_at_once(app, reading, officer) -> None:
    provider = make_provider()
    new = NewAdmission([provider.framework.lots[0].reference], [], date(2024, 4, 1), provider.organisation.reference)
    with pytest.raises(WrongState, match="has a place on this framework already"):
        actions.admit_organisation(officer, provider.framework.reference, new)
    step("end_admission", provider.admission_id, "")
    actions.admit_organisation(officer, provider.framework.reference, new)
    assert [str(place.state) for place in queries.admissions_ever(reading, provider.organisation.id)] == [
        "admitted",
        "ended",
    ]


def test_lots_and_zones_are_changed_from_today_and_what_was_before_stays(app, reading, officer) -> None:
    provider = make_provider(lots=("1", "2"), zones=("1",))
    framework = provider.framework
    place = queries.admissions_of(reading, provider.organisation.id, today())[0]
    browser = browser_of(app, officer)
    address = f"/admissions/{place.reference}/change"
    fields = {
        "lots": [framework.lots[1].reference, framework.lots[2].reference],
        "zones": [framework.zones[2].reference, framework.zones[3].reference],
        "version": place.version,
    }
    assert send(browser, address, **fields).status_code == 303
    with work.reading() as after:
        now = queries.admissions_of(after, provider.organisation.id, today())[0]
        before = queries.admissions_of(after, provider.organisation.id, today() - timedelta(days=1))[0]
    assert [lot.number for lot in now.lots] == ["2", "3"]
    assert [zone.code for zone in now.zones] == ["3", "4"]
    assert [lot.number for lot in before.lots] == ["1", "2"]
    assert send(browser, address, **fields).status_code == 409
    assert send(browser, address, lots=[], version=2).status_code == 422


def test_the_scope_says_where_a_provider_may_pledge(app, reading) -> None:
    provider = make_provider(lots=("1", "3"), zones=("2",))
    scope = queries.admission_scope(reading, provider.organisation.id, today())
    assert scope is not None
    assert (scope.framework_id, scope.zone_scheme_id) == (provider.framework.id, provider.framework.zone_scheme_id)
    assert [lot.number for lot in scope.lots] == ["1", "3"]
    assert [zone.code for zone in scope.zones] == ["2"]
    assert queries.admission_scope(reading, provider.organisation.id, date(2024, 3, 31)) is None
    assert queries.admission_scope(reading, make_organisation().id, today()) is None
    assert queries.admission_scope(reading, provider.organisation.id, today(), provider.framework.id + 1) is None


def test_a_suspension_shows_its_state_but_never_its_reason(app, reading, officer) -> None:
    provider = make_provider("Fictional Care")
    step("suspend_admission", provider.admission_id, SuspensionClass.SAFETY, "an inspection found something")
    assert not queries.is_admitted(reading, provider.organisation.id, None, today())
    place = queries.admissions_of(reading, provider.organisation.id, today())[0]
    assert place.state is AdmissionState.SUSPENDED
    for address in (
        f"/frameworks/{provider.framework.reference}",
        f"/organisations/{provider.organisation.reference}",
        f"/frameworks/{provider.framework.reference}/providers.csv",
    ):
        for browser in (app.test_client(), browser_of(app, provider.lead), browser_of(app, officer)):
            assert "inspection" not in browser.get(address).get_data(as_text=True)
    assert "suspended" in app.test_client().get(f"/frameworks/{provider.framework.reference}").get_data(as_text=True)
    council = browser_of(app, officer).get(f"/admissions/{place.reference}").get_data(as_text=True)
    assert "an inspection found something" in council
    with pytest.raises(NotAllowed):
        queries.why_suspended(reading, provider.lead, provider.admission_id)
    step("lift_suspension", provider.admission_id)
    with work.reading() as after:
        assert queries.is_admitted(after, provider.organisation.id, None, today())
        assert queries.why_suspended(after, officer, provider.admission_id) is None


@pytest.mark.parametrize("name", ["suspend_admission", "lift_suspension", "end_admission"])
@pytest.mark.parametrize("state", AdmissionState)
def test_each_step_is_refused_outside_its_states(app, reading, name: str, state: AdmissionState) -> None:
    provider = make_provider()
    if state is AdmissionState.SUSPENDED:
        step("suspend_admission", provider.admission_id, SuspensionClass.OTHER, "")
    if state is AdmissionState.ENDED:
        step("end_admission", provider.admission_id, "")
    more = ("safety", "") if name == "suspend_admission" else ()
    legal = {
        ("suspend_admission", AdmissionState.ADMITTED): AdmissionState.SUSPENDED,
        ("lift_suspension", AdmissionState.SUSPENDED): AdmissionState.ADMITTED,
        ("end_admission", AdmissionState.ADMITTED): AdmissionState.ENDED,
        ("end_admission", AdmissionState.SUSPENDED): AdmissionState.ENDED,
    }
    if (name, state) not in legal:
        with pytest.raises(WrongState):
            step(name, provider.admission_id, *more)
        expected = state
    else:
        step(name, provider.admission_id, *more)
        expected = legal[name, state]
    [place] = queries.admissions_ever(reading, provider.organisation.id)
    assert place.state is expected
    assert queries.framework_breaches(reading) == []


def test_a_place_ends_with_a_reason_that_only_the_council_sees(app, reading, officer) -> None:
    provider = make_provider()
    place = queries.admissions_of(reading, provider.organisation.id, today())[0]
    browser = browser_of(app, officer)
    address = f"/admissions/{place.reference}/end"
    assert send(browser, address, reason="", version=1).status_code == 422
    assert send(browser, address, reason="It left the borough", version=9).status_code == 409
    assert send(browser, address, reason="It left the borough", version=1).status_code == 303
    with work.reading() as after:
        assert queries.admissions_of(after, provider.organisation.id, today()) == []
        assert queries.is_provider(after, provider.organisation.id)
    assert "It left the borough" in browser.get(f"/admissions/{place.reference}").get_data(as_text=True)
    public = app.test_client().get(f"/organisations/{provider.organisation.reference}").get_data(as_text=True)
    assert "ended" in public
    assert "It left the borough" not in public
    assert browser.get(address).status_code == 409
    assert browser.get(f"/admissions/{place.reference}/change").status_code == 409


@pytest.mark.parametrize("role", Role)
def test_only_officers_admit_and_only_the_council_sees_a_places_history(app, reading, role: Role) -> None:
    provider = make_provider()
    place = queries.admissions_of(reading, provider.organisation.id, today())[0]
    actor = actor_for(make_organisation("Somebody", is_council=True), role)
    browser = browser_of(app, actor)
    may_change = role is Role.OFFICER
    for address in (
        f"/frameworks/{provider.framework.reference}/admit",
        f"/admissions/{place.reference}/change",
        f"/admissions/{place.reference}/end",
    ):
        assert browser.get(address).status_code == (200 if may_change else 403)
    council = {Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.AUDITOR, Role.ADMINISTRATOR}
    assert browser.get(f"/admissions/{place.reference}").status_code == (200 if role in council else 403)
    if not may_change:
        new = NewAdmission([provider.framework.lots[0].reference], [], date(2024, 4, 1), "O-222222")
        with pytest.raises(NotAllowed):
            actions.admit_organisation(actor, provider.framework.reference, new)
        with pytest.raises(NotAllowed):
            actions.change_admission(actor, place.reference, AdmissionChange([], []))
        with pytest.raises(NotAllowed):
            actions.end_place(actor, place.reference, "why")


def test_pages_of_what_is_not_there_are_not_found(app, officer) -> None:
    browser = browser_of(app, officer)
    for address in (
        "/frameworks/F-222222",
        "/frameworks/nonsense",
        "/frameworks/F-222222/admit",
        "/frameworks/F-222222/providers.csv",
        "/frameworks/unmatched/U-222222",
        "/admissions/A-222222",
        "/admissions/A-222222/change",
        "/admissions/A-222222/end",
    ):
        assert browser.get(address).status_code == 404, address


def test_who_is_not_signed_in_is_sent_to_sign_in(app, client) -> None:
    framework = make_framework()
    for address in ("/frameworks/import", "/frameworks/unmatched", f"/frameworks/{framework.reference}/admit"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_the_pages_of_frameworks_ask_the_same_few_times_whatever_the_number_of_providers(app, client) -> None:
    framework = make_framework()
    for number in range(12):
        make_provider(f"Provider {number}", framework=framework, lots=("1", "2"), zones=("1", "3"))
    for address, most in (("/frameworks", 4), (f"/frameworks/{framework.reference}", 10)):
        with statements() as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= most, asked


def test_a_provider_is_told_of_its_place(app, reading, officer) -> None:
    from sqlalchemy import select

    from community_book.base.tables import OutboxEvent

    framework = make_framework()
    organisation = make_organisation()
    lots = [framework.lots[0].reference]
    reference = actions.admit_organisation(
        officer, framework.reference, NewAdmission(lots, [], date(2024, 4, 1), organisation.reference)
    )
    actions.change_admission(officer, reference, AdmissionChange([framework.lots[1].reference], []))
    actions.end_place(officer, reference, "because")
    told = reading.execute(select(OutboxEvent).order_by(OutboxEvent.id)).scalars().all()
    assert [event.name for event in told] == ["ProviderAdmitted", "AdmissionChanged", "AdmissionEnded"]
    from community_book.base.outbox import Event

    for event in told:
        [source] = registers.messages_of(event.name)
        [letter] = source(reading, Event(event.name, event.payload))
        assert letter.organisation_id == organisation.id
        assert "because" not in str(letter)
