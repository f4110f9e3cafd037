"""Fills the registers for the lower house and hangs its pages and commands on the application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask, g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base import audit, erased_list, registers, searching, starting, work
from community_book.base.actor import SIGNED_IN, Actor, system
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.past_acts import add_act_words
from community_book.base.registered import ErasedPerson, InTwoSteps, Letter, NavigationItem, Start
from community_book.base.restoring import Restoring, add_restoring
from community_book.base.searching import SearchIndex, SearchSource
from community_book.base.settings import settings
from community_book.concerns import letters as concerns_letters
from community_book.concerns import pages as concerns
from community_book.concerns.rules import SEE_CONCERNS
from community_book.desks import pages as desks
from community_book.groups import actions as groups_actions
from community_book.groups import commands as groups_commands
from community_book.groups import letters as groups_letters
from community_book.groups import pages as groups
from community_book.groups import panels as groups_panels
from community_book.groups import queries as groups_queries
from community_book.groups.actions.reminding import remind_of_asks
from community_book.groups.queries import finding as groups_finding
from community_book.groups.queries import post as groups_post
from community_book.needs import actions as needs_actions
from community_book.needs import desk as needs_desk
from community_book.needs import letters as needs_letters
from community_book.needs import pages as needs
from community_book.needs import panels as needs_panels
from community_book.needs import queries as needs_queries
from community_book.needs.queries import finding as needs_finding
from community_book.needs.rules import POST_NEED
from community_book.notices import actions as notices_actions
from community_book.notices import pages as notices
from community_book.notices import panels as notices_panels
from community_book.notices import queries as notices_queries
from community_book.notices.rules import PRINT_LETTERS
from community_book.organisations import commands as organisations_commands
from community_book.organisations import pages as organisations
from community_book.people import actions as people_actions
from community_book.people import commands as people_commands
from community_book.people import letters as people_letters
from community_book.people import pages as people
from community_book.people import queries as people_queries
from community_book.people.rules import MANAGE_PEOPLE, PAST_ACTS, RECORD_FOR
from community_book.places import commands as places_commands
from community_book.places import pages as places
from community_book.records import actions as records_actions
from community_book.records import pages as records
from community_book.records import queries as records_queries
from community_book.records.rules import SEE_RECORD
from community_book.search import actions as search_actions
from community_book.search import commands as search_commands
from community_book.search import pages as search
from community_book.setting_up import commands as setting_up_commands
from community_book.setting_up import pages as setting_up
from community_book.setting_up import queries as setting_up_queries
from community_book.setting_up import steps as setting_up_steps
from community_book.setting_up.rules import SET_UP
from community_book.web import access, database, opening, words

ROOMS_WITH_TABLES = ("places", "organisations", "people", "notices", "records", "groups", "needs", "concerns")


class PeopleKnowSessions:
    """What `web` may ask of people."""

    def actor_of_session(self, token: str) -> Actor | None:
        if request.method == "GET":  # a page reads all it says in one Reading
            found = people_queries.open_session(database.reading(), token)
        else:  # an upload may be long on its way to its act, and nothing is held open meanwhile
            with work.reading() as reading:
                found = people_queries.open_session(reading, token)
        if found is not None and found.is_seen_due:
            g.seen_due = (found.actor, token)
        return found.actor if found is not None else None

    def actor_of_link(self, token: str, act: str) -> Actor:
        with work.reading() as reading:
            return people_queries.actor_of_link(reading, token, act)


def _wire_organisations(app: Flask) -> None:
    app.register_blueprint(organisations.blueprint)
    app.cli.add_command(organisations_commands.group)
    registers.add_address("organisation", lambda ref: url_for("organisations.show", reference=ref))


def _wire_people(app: Flask) -> None:
    access.use_people(PeopleKnowSessions())
    app.register_blueprint(people.blueprint)
    app.cli.add_command(people_commands.group)

    @app.after_request
    def note_seen(response: Response) -> Response:
        """Writes the session's last-seen after the page is made, outside any act."""
        if due := g.pop("seen_due", None):
            people_actions.note_seen(*due)
        return response

    registers.add_address("person", lambda ref: url_for("people.person", reference=ref))
    registers.add_address("invitation", lambda ref: url_for("people.invitation", reference=ref))
    registers.add_navigation(NavigationItem(Message(N_("People")), "people.people", MANAGE_PEOPLE, order=80))
    registers.add_navigation(
        NavigationItem(Message(N_("Record for")), "people.record_for", RECORD_FOR, order=85, seldom=True)
    )
    registers.add_persons_data("account", ErasedPerson(people_queries.shown_of_person, people_actions.erase_rows))
    registers.subscribe("PersonErased", "people.note_erased", InTwoSteps(_list_erased, lambda *_: None))
    erased_again = Restoring(_list_all_erased, lambda: people_actions.erase_again(system("restore")))
    add_restoring("people erased again", erased_again)
    registers.add_housekeeping("people", lambda: people_actions.tidy_up(system("housekeeping")))
    for event_name, source in (
        ("SignInLinkAsked", people_letters.sign_in_link),
        ("NewEmailAsked", people_letters.new_email),
        ("PasswordChanged", people_letters.password_changed),
        ("PersonInvited", people_letters.invited),
        ("InvitationAccepted", people_letters.invitation_accepted),
        ("RolesChanged", people_letters.roles_changed),
    ):
        registers.add_message(event_name, source)


class WrittenHere:
    """The pen for letters: words by Babel, addresses from the routes and the public address of the site."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def say(self, language: str, message: Message) -> str:
        return words.say_in(language, message)

    def page_of(self, subject: str) -> str:
        return settings().public_url + registers.address_of(subject)

    def link_page(self, act: str, token: str) -> str | None:
        endpoint = access.link_endpoint(self.app, act)
        return settings().public_url + url_for(endpoint, token=token) if endpoint else None


def _list_erased(_reading: Session, event: Event) -> int:
    """Somebody who was erased, in the list outside the database."""
    return erased_list.add([str(event.payload["reference"])] if "reference" in event.payload else [])


def _list_all_erased() -> int:
    """Everybody the database says was erased, in that list, before another takes its place."""
    with work.reading() as reading:
        return erased_list.add(people_queries.erased_references(reading))


def _wire_notices(app: Flask) -> None:
    app.register_blueprint(notices.blueprint)
    pen = WrittenHere(app)

    def find_letters(reading: Session, event: Event) -> list[Letter]:
        with app.test_request_context(base_url=settings().public_url):  # the worker has no request of its own
            return [letter for source in registers.messages_of(event.name) for letter in source(reading, event)]

    def write_letters(session: work.Work, event: Event, letters: list[Letter]) -> None:
        with app.test_request_context(base_url=settings().public_url):
            notices_actions.write_letters(session, event, letters, pen)

    def write_due_mails() -> int:
        with app.test_request_context(base_url=settings().public_url):
            return notices_actions.write_due_mails(system("mail"), pen)

    registers.subscribe_to_messages("notices.write", InTwoSteps(find_letters, write_letters))
    registers.add_errand("notices.mail_of_the_day", write_due_mails)
    registers.add_errand("notices.send", lambda: notices_actions.send_waiting_mail(system("mail")))
    registers.add_housekeeping("notices", lambda: notices_actions.tidy_up(system("housekeeping")))
    registers.add_persons_data("notices", ErasedPerson(notices_queries.shown_of_person, notices_actions.erase_rows))
    registers.add_navigation(
        NavigationItem(
            Message(N_("Notices")), "notices.notices", SIGNED_IN, order=15, count=notices_queries.unread_count
        )
    )
    registers.add_navigation(
        NavigationItem(
            Message(N_("Letters to print")),
            "notices.letters",
            PRINT_LETTERS,
            order=86,
            count=notices_queries.to_print_count,
            seldom=True,
        )
    )
    registers.add_address("printed_letter", lambda ref: url_for("notices.letter", reference=ref))
    registers.add_desk(notices_panels.on_desk)
    registers.add_panel("account.page", notices_panels.on_account)


def _wire_records(app: Flask) -> None:
    app.register_blueprint(records.blueprint)
    registers.add_address("published_head", records.address_of_head)
    registers.add_navigation(
        NavigationItem(Message(N_("What was done")), "records.acts", SEE_RECORD, order=84, seldom=True)
    )
    registers.add_clock("records.publish_head", lambda: records_actions.publish_head(system("clocks")))
    registers.add_invariant("audit.chain", audit.chain_breaches)
    registers.add_invariant("records.heads", records_queries.head_breaches)
    add_act_words({**PAST_ACTS, **needs.one.ACT_WORDS, **records.ACT_WORDS})


def _wire_places(app: Flask) -> None:
    app.register_blueprint(places.blueprint)
    app.cli.add_command(places_commands.places)
    registers.add_address("place_scheme", lambda ref: url_for("places.zones") + f"#{ref}")


def _wire_groups(app: Flask) -> None:
    app.register_blueprint(groups.blueprint)
    app.cli.add_command(groups_commands.group)
    registers.add_address("group_import", lambda ref: url_for("groups.take_in", reference=ref))
    registers.add_address("group", lambda ref: url_for("groups.show", reference=ref))
    registers.add_address("group_ask", lambda ref: url_for("groups.asked", reference=ref))
    registers.add_address("group_waiting", lambda ref: url_for("groups.waiting_one", reference=ref))
    registers.add_address("entry_report", lambda ref: url_for("groups.said", reference=ref))
    registers.add_body("group", groups_queries.is_group)
    registers.add_postal_source(groups_post.postal_addresses)
    registers.add_clock("groups.waiting", lambda: remind_of_asks(system("clock")))
    registers.add_navigation(NavigationItem(Message(N_("Groups")), "groups.directory", order=27))
    registers.add_navigation(NavigationItem(Message(N_("What is on")), "groups.whats_on", order=28))
    registers.subscribe("InvitationAccepted", "groups.step_down", groups_actions.step_down)
    registers.add_desk(groups.desk_items)
    registers.add_panel("organisation.page", groups_panels.on_organisation, order=10)
    registers.add_clock("groups.freshness", lambda: groups_actions.ask_freshness(system("clock")))
    registers.add_errand("groups.take_in", lambda: groups_actions.take_in_some(system("import")))
    registers.add_housekeeping("groups", lambda: groups_actions.forget_old_words(system("housekeeping")))
    registers.add_persons_data("groups", ErasedPerson(groups_queries.shown_of_person, groups_actions.erase_contact))
    for event_name, source in (
        ("GroupAsked", groups_letters.group_asked),
        ("GroupMoreWanted", groups_letters.more_wanted),
        ("GroupDeclined", groups_letters.group_declined),
        ("GroupListed", groups_letters.group_listed),
        ("GroupSuspended", groups_letters.group_suspended),
        ("GroupSuspensionLifted", groups_letters.suspension_lifted),
        ("GroupClosed", groups_letters.group_closed),
        ("GroupReopened", groups_letters.group_reopened),
        ("GroupAskedStillRight", groups_letters.still_right),
        ("GroupsWaiting", groups_letters.still_waiting),
        ("GroupWrittenTo", groups_letters.written_to),
        ("EntryReported", groups_letters.entry_reported),
        ("EntryReportAnswered", groups_letters.report_answered),
    ):
        registers.add_message(event_name, source)


def _wire_concerns(app: Flask) -> None:
    app.register_blueprint(concerns.blueprint)
    registers.add_address("concern", lambda ref: url_for("concerns.show", reference=ref))
    registers.add_address("concern_thanks", lambda _ref: url_for("concerns.thanks"))
    registers.add_navigation(NavigationItem(Message(N_("Concerns")), "concerns.index", SEE_CONCERNS, order=70))
    registers.add_desk(concerns.desk_items)
    registers.add_message("ConcernRaised", concerns_letters.concern_raised)


def _wire_desks(app: Flask) -> None:
    app.register_blueprint(desks.blueprint)
    registers.add_navigation(NavigationItem(Message(N_("Your desk")), "desks.desk", SIGNED_IN, order=1))


def _wire_needs(app: Flask) -> None:
    app.register_blueprint(needs.blueprint)
    registers.add_address("need", lambda ref: url_for("needs.show", reference=ref))
    registers.add_navigation(NavigationItem(Message(N_("Needs")), "needs.open_needs", order=20))
    registers.add_navigation(NavigationItem(Message(N_("Our needs")), "needs.our_needs", POST_NEED, order=25))
    registers.add_desk(needs_desk.on_desk)
    kept = ErasedPerson(needs_queries.held_of_person, lambda _work, _person_id: None)
    registers.add_persons_data("needs", kept)  # names go with the account and out of the words; the need stays
    registers.add_start(Start(Message(N_("Post a need")), lambda: url_for("needs.choose_kind"), POST_NEED))
    registers.add_panel("home", needs_panels.on_front_page, order=20)
    registers.add_panel("group.page", needs_panels.on_group, order=20)
    registers.add_panel("group.cards", needs_panels.on_cards)
    registers.add_clock("needs.expire", lambda: needs_actions.expire_needs(system("needs.expire")))
    registers.add_clock("needs.still_needed", lambda: needs_actions.ask_still_needed(system("needs.still_needed")))
    registers.add_invariant("needs.committed", needs_queries.committed_within_needed)
    registers.add_invariant("needs.sessions", needs_queries.sessions_add_up)
    registers.add_invariant("needs.states", needs_queries.states_follow_from_amounts)
    for event_name, source in (
        ("NeedPosted", needs_letters.need_posted),
        ("NeedOpened", needs_letters.need_opened),
        ("NeedChanged", needs_letters.need_changed),
        ("NeedReturned", needs_letters.need_returned),
        ("NeedEnded", needs_letters.need_ended),
        ("NeedEndingSoon", needs_letters.need_ending_soon),
        ("NeedPromisedInPart", needs_letters.promised_in_part),
    ):
        registers.add_message(event_name, source)


def _wire_search(app: Flask) -> None:
    app.register_blueprint(search.blueprint)
    app.cli.add_command(search_commands.group)
    registers.add_errand("search.write", lambda: search_actions.write_changes(system("search")))
    searching.use_search_index(
        SearchIndex(
            rebuild=lambda: search_actions.rebuild(system("search")),
            make_if_missing=lambda: search_actions.rebuild_if_missing(system("search")),
        )
    )
    registers.add_housekeeping("search.index", lambda: search_actions.rebuild(system("search")))
    registers.add_housekeeping("search.texts", lambda: search_actions.remake_texts(system("search")))
    groups_changed = (
        "GroupListed", "GroupChanged", "GroupPaused", "GroupResumed", "GroupClosed", "GroupSuspended",
        "GroupSuspensionLifted", "GroupReopened",
    )  # fmt: skip
    add_search_source(
        SearchSource(
            kind="group",
            label=Message(N_("Groups")),
            tag=Message(N_("Group")),
            documents=groups_finding.documents,
            cards=groups_finding.cards,
            plain=groups_finding.plain,
            touched={
                **dict.fromkeys(groups_changed, groups_finding.touched),
                "OrganisationRenamed": groups_finding.entries_of,
            },
            order=20,
        )
    )
    add_search_source(
        SearchSource(
            kind="need",
            label=Message(N_("Needs")),
            tag=Message(N_("Need")),
            documents=needs_finding.documents,
            cards=needs_finding.cards,
            plain=needs_finding.plain,
            touched={
                **dict.fromkeys(("NeedOpened", "NeedChanged", "NeedReturned", "NeedEnded"), needs_finding.touched),
                **dict.fromkeys(("GroupChanged", "OrganisationRenamed"), needs_finding.needs_of_changed_group),
            },
            order=10,
        )
    )


def add_search_source(source: SearchSource) -> None:
    """Adds a kind of thing that can be found, and has its changes noted for the index."""
    searching.add_search_source(source)
    for event_name in source.touched:
        registers.subscribe(event_name, "search.note", search_actions.note_changes)


def wire(app: Flask) -> None:
    """Blueprints, commands, panels, desks, subscribers, clocks and invariants of the lower house."""
    for room in ROOMS_WITH_TABLES:
        import_module(f"community_book.{room}.tables")
    _wire_organisations(app)
    _wire_people(app)
    _wire_notices(app)
    _wire_records(app)
    _wire_places(app)
    _wire_groups(app)
    _wire_needs(app)
    _wire_search(app)
    _wire_concerns(app)
    _wire_desks(app)
    _wire_setting_up(app)


def _wire_setting_up(app: Flask) -> None:
    app.register_blueprint(setting_up.blueprint)
    app.cli.add_command(setting_up_commands.group)
    opening.leave_open("people", "concerns", "desks.contact", "desks.privacy", "desks.accessibility")
    registers.add_address("site", lambda _subject: url_for("setting_up.steps"))
    registers.add_navigation(NavigationItem(Message(N_("Set-up")), "setting_up.steps", SET_UP, order=90))
    registers.add_desk(setting_up_steps.on_desk)
    starting.add_start_check("made-up sign-ins", setting_up_queries.made_up_accounts)
    for step in setting_up_steps.STEPS:
        starting.add_set_up_step(step)
