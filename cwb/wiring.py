"""Fills the registers for the upper house and hangs its pages and commands on the application."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from flask import Flask, url_for

from community_book.base import registers
from community_book.base.actor import system
from community_book.base.messages import N_, Message
from community_book.base.past_acts import add_act_words
from community_book.base.registered import ErasedPerson, NavigationItem, Start
from community_book.base.searching import SearchFacet, SearchSource
from community_book.base.starting import SetUpStep, add_set_up_step
from community_book.needs.rules import POST_NEED
from community_book.wiring import add_search_source
from cwb.checking import actions as checking_actions
from cwb.checking import letters as checking_letters
from cwb.checking import pages as checking_pages
from cwb.checking import queries as checking_queries
from cwb.checking import saying as checking_saying
from cwb.checking.rules import SEE_BATCHES
from cwb.commitments import actions as commitment_actions
from cwb.commitments import desk as commitments_desk
from cwb.commitments import letters as commitment_letters
from cwb.commitments import pages as commitment_pages
from cwb.commitments import panels as commitment_panels
from cwb.commitments import queries as commitment_queries
from cwb.commitments import saying as commitment_saying
from cwb.commitments.queries import calendar as commitment_calendar
from cwb.commitments.rules import ANSWER_CHANGE_LINK, ANSWER_OFFER_LINK, SAY_IT_HAPPENED_LINK, SEE_PROMISES
from cwb.continuity import actions as continuity_actions
from cwb.continuity import letters as continuity_letters
from cwb.continuity import pages as continuity_pages
from cwb.continuity import queries as continuity_queries
from cwb.continuity.rules import ACT_WORDS as CONTINUITY_ACTS
from cwb.continuity.rules import SEE_UNDERTAKINGS
from cwb.deliveries import actions as delivery_actions
from cwb.deliveries import letters as delivery_letters
from cwb.deliveries import pages as delivery_pages
from cwb.deliveries import queries as delivery_queries
from cwb.deliveries import saying as delivery_saying
from cwb.deliveries.rules import DECIDE_DELIVERY, SEE_DELIVERIES
from cwb.demo import commands as demo_commands
from cwb.frameworks import actions as framework_actions
from cwb.frameworks import commands as framework_commands
from cwb.frameworks import letters as framework_letters
from cwb.frameworks import pages as framework_pages
from cwb.frameworks import queries as framework_queries
from cwb.frameworks.pages.matching import waiting_on_desk
from cwb.frameworks.pages.public_pages import organisation_panel
from cwb.ledger import pages as ledger_pages
from cwb.ledger import queries as ledger_queries
from cwb.ledger.rules import CLOSE_PERIODS
from cwb.matching import actions as matching_actions
from cwb.matching import commands as matching_commands
from cwb.matching import letters as matching_letters
from cwb.matching import pages as matching_pages
from cwb.matching import panels as matching_panels
from cwb.matching import queries as matching_queries
from cwb.matching.actions import rounds as round_actions
from cwb.matching.pages import rounds as round_pages
from cwb.matching.rules.rounds import SEE_ROUNDS
from cwb.matching.rules.scoring import weights as matching_weights
from cwb.pillars import commands as pillar_commands
from cwb.pillars import pages as pillar_pages
from cwb.pillars import queries as pillar_queries
from cwb.pledges import actions as pledge_actions
from cwb.pledges import letters as pledge_letters
from cwb.pledges import pages as pledge_pages
from cwb.pledges import queries as pledge_queries
from cwb.pledges.pages import history as pledge_history
from cwb.pledges.queries import finding as pledge_finding
from cwb.pledges.rules import LOG_PLEDGES
from cwb.rates import actions as rate_actions
from cwb.rates import commands as rate_commands
from cwb.rates import letters as rate_letters
from cwb.rates import pages as rate_pages
from cwb.rates import queries as rate_queries
from cwb.rates.rules import ACT_WORDS as RATE_ACTS
from cwb.rates.rules import ATTEST_PAY, ATTEST_PAY_LINK, SEE_RATES
from cwb.reporting import pages as reporting_pages

ROOMS_WITH_TABLES = (
    "pillars",
    "ledger",
    "frameworks",
    "rates",
    "pledges",
    "matching",
    "commitments",
    "deliveries",
    "checking",
    "continuity",
)


def wire(app: Flask) -> None:
    """Blueprints, commands, panels, desks, subscribers, clocks and invariants of the upper house."""
    for room in ROOMS_WITH_TABLES:
        import_module(f"cwb.{room}.tables")
    _wire_pillars(app)
    _wire_ledger(app)
    _wire_frameworks(app)
    _wire_rates(app)
    _wire_reporting(app)
    _wire_pledges(app)
    _wire_commitments(app)
    _wire_matching(app)
    _wire_not_for_us(app)
    _wire_unmet()
    _wire_rounds(app)
    _wire_deliveries(app)
    _wire_checking(app)
    _wire_continuity(app)
    _wire_demo(app)
    _wire_setting_up()
    _wire_act_words()


def _wire_pledges(app: Flask) -> None:
    app.register_blueprint(pledge_pages.blueprint)
    registers.add_address("pledge", lambda reference: url_for("pledges.show", reference=reference))
    registers.add_navigation(NavigationItem(Message(N_("What providers offer")), "pledges.published", order=30))
    registers.add_navigation(NavigationItem(Message(N_("Our pledges")), "pledges.own", LOG_PLEDGES, order=31))
    registers.add_desk(pledge_pages.waiting_for)
    registers.add_start(Start(Message(N_("Log a pledge")), lambda: url_for("pledges.choose"), LOG_PLEDGES))
    registers.add_start(Start(Message(N_("See what groups need")), lambda: url_for("needs.open_needs"), LOG_PLEDGES))
    registers.add_start(Start(Message(N_("See what is on offer")), lambda: url_for("pledges.published"), POST_NEED))
    registers.add_invariant("pledges.drawn", pledge_queries.check_drawn)
    registers.add_clock("pledges.expire", lambda: pledge_actions.expire_pledges(system("clocks")))
    registers.add_clock("pledges.remind", lambda: pledge_actions.remind_of_ends(system("clocks")))
    registers.add_persons_data("pledges", ErasedPerson(pledge_queries.held_of_person, pledge_actions.erase_name))
    registers.add_message("PledgeLogged", pledge_letters.waiting)
    registers.add_message("PledgeReturned", pledge_letters.returned)
    registers.add_message("PledgeOffered", pledge_letters.offered)
    registers.add_message("PledgeEnding", pledge_letters.ending)
    registers.add_message("PledgeEnded", pledge_letters.ended)
    told = ("PledgeOffered", "PledgeChanged", "PledgeDrawn", "PledgeReturned", "PledgeEnded")
    add_search_source(
        SearchSource(
            kind="pledge",
            label=Message(N_("What providers offer")),
            tag=Message(N_("Offer")),
            documents=pledge_finding.documents,
            cards=pledge_finding.cards,
            plain=pledge_finding.plain,
            touched={
                **dict.fromkeys(told, pledge_finding.touched),
                "OrganisationRenamed": pledge_finding.pledges_of_organisation,
            },
            facets=(SearchFacet(pledge_finding.PILLAR, Message(N_("Pillar")), pledge_finding.pillar_choices),),
            order=30,
        )
    )


def _wire_pillars(app: Flask) -> None:
    app.register_blueprint(pillar_pages.blueprint)
    app.cli.add_command(pillar_commands.group)
    registers.add_address("measure", pillar_pages.address_of_measure)
    registers.add_address("pillar", pillar_pages.address_of_pillar)
    registers.add_navigation(NavigationItem(Message(N_("Pillars")), "pillars.show", order=60))


def _wire_ledger(app: Flask) -> None:
    app.register_blueprint(ledger_pages.blueprint)
    registers.add_address("quarter", lambda quarter: url_for("reporting.quarter", quarter=quarter))
    registers.add_navigation(
        NavigationItem(Message(N_("Quarters")), "ledger.periods", CLOSE_PERIODS, order=82, seldom=True)
    )
    registers.add_desk(ledger_pages.waiting_for)
    registers.add_invariant("ledger.entries", ledger_queries.ledger_breaches)


def _wire_commitments(app: Flask) -> None:
    registers.add_invariant("commitments.agreed", commitment_queries.check_agreed)
    for name, clock in (
        ("begin", commitment_actions.begin_due),
        ("due", commitment_actions.ask_what_happened),
        ("lapse", commitment_actions.lapse_unanswered),
        ("notes", commitment_actions.settle_notes),
        ("nudge", commitment_actions.nudge_unanswered),
    ):
        registers.add_clock(f"commitments.{name}", partial(clock, system("clocks")))
    for event_name, source in commitment_letters.LETTERS.items():
        registers.add_message(event_name, source)
    registers.add_question(ANSWER_OFFER_LINK, commitment_queries.offers_still_asked)
    registers.add_question(ANSWER_CHANGE_LINK, commitment_queries.changes_still_asked)
    registers.add_question(SAY_IT_HAPPENED_LINK, commitment_queries.reports_still_asked)
    app.register_blueprint(commitment_pages.blueprint)
    registers.add_address("commitment", lambda reference: url_for("commitments.show", reference=reference))
    registers.add_navigation(
        NavigationItem(Message(N_("Offers and promises")), "commitments.index", SEE_PROMISES, order=25)
    )
    registers.add_desk(commitments_desk.waiting_for)
    registers.add_persons_data(
        "commitments", ErasedPerson(commitment_queries.held_of_person, commitment_actions.erase_words)
    )
    registers.add_panel("need.page", commitment_panels.on_need, order=40)
    registers.add_panel("pledge.page", commitment_panels.on_pledge, order=40)
    registers.add_panel("pledge.cut", commitment_panels.holding_pledge)
    registers.add_calendar_source("commitments", commitment_calendar.dates_of_organisations)
    registers.subscribe("NeedEnded", "commitments.after_need_ended", commitment_actions.after_need_ended)
    registers.subscribe("NeedPartsClosed", "commitments.after_parts_closed", commitment_actions.after_parts_closed)
    registers.subscribe("PledgeEnded", "commitments.after_pledge_ended", commitment_actions.after_pledge_ended)


def _wire_frameworks(app: Flask) -> None:
    app.register_blueprint(framework_pages.blueprint)
    app.cli.add_command(framework_commands.group)
    registers.add_address("framework", lambda ref: url_for("frameworks.show", reference=ref))
    registers.add_address("admission", lambda ref: url_for("frameworks.place", reference=ref))
    registers.add_address("unmatched", lambda ref: url_for("frameworks.supplier", reference=ref))
    registers.add_navigation(NavigationItem(Message(N_("Frameworks")), "frameworks.list_page", order=55))
    registers.add_panel("organisation.page", organisation_panel, order=30)
    registers.add_desk(waiting_on_desk)
    registers.add_body("provider", framework_queries.is_provider)
    registers.add_invariant("frameworks.admissions", framework_queries.framework_breaches)
    registers.add_housekeeping("frameworks", lambda: framework_actions.drop_old_uploads(system("housekeeping")))
    registers.add_message("ProviderAdmitted", framework_letters.admitted)
    registers.add_message("AdmissionChanged", framework_letters.changed)
    registers.add_message("AdmissionEnded", framework_letters.ended)


def _wire_rates(app: Flask) -> None:
    app.register_blueprint(rate_pages.blueprint)
    app.cli.add_command(rate_commands.group)
    registers.add_address("rate", lambda ref: url_for("rates.show", reference=ref))
    registers.add_address("attestation", rate_pages.address_of_attestation)
    registers.add_navigation(
        NavigationItem(Message(N_("Rates of pay")), "rates.index", SEE_RATES, order=84, seldom=True)
    )
    registers.add_navigation(NavigationItem(Message(N_("Our pay")), "rates.own", ATTEST_PAY, order=56))
    registers.add_desk(rate_pages.waiting_for)
    registers.add_message("PayAsked", rate_letters.asked)
    registers.add_question(ATTEST_PAY_LINK, rate_queries.still_asked)
    registers.add_clock("rates.ask", lambda: rate_actions.ask_due(system("clocks")))
    registers.add_invariant("rates.asked", rate_queries.rate_breaches)
    add_act_words(RATE_ACTS)


def _wire_deliveries(app: Flask) -> None:
    app.register_blueprint(delivery_pages.blueprint)
    registers.add_address("delivery", lambda reference: url_for("deliveries.show", reference=reference))
    registers.add_navigation(NavigationItem(Message(N_("What happened")), "deliveries.own", SEE_DELIVERIES, order=45))
    to_verify = NavigationItem(Message(N_("To verify")), "deliveries.to_verify", DECIDE_DELIVERY, order=46)
    registers.add_navigation(to_verify)
    registers.add_desk(delivery_pages.waiting_for)
    registers.add_panel("desk", delivery_pages.on_desk, order=10)
    registers.add_panel("commitment.page", delivery_pages.on_promise, order=10)
    registers.add_panel("pledge.page", delivery_pages.on_pledge, order=60)
    kept = ErasedPerson(delivery_queries.held_of_person, delivery_actions.erase_waiting)
    registers.add_housekeeping("deliveries.waiting", lambda: delivery_actions.forget_waiting(system("housekeeping")))
    registers.add_persons_data("deliveries", kept)  # names go with the account; what happened stays
    for event_name, letters in delivery_letters.SOURCES.items():
        registers.add_message(event_name, letters)
    registers.add_question(delivery_queries.LINK_ACT, delivery_queries.still_asked)
    registers.add_invariant("deliveries.counted", delivery_queries.delivery_breaches)
    registers.add_invariant("deliveries.evidence", delivery_queries.evidence_breaches)
    for name, clock in (
        ("nudge", delivery_actions.nudge),
        ("qualified", delivery_actions.ask_qualified),
        ("recorded", delivery_actions.settle_recorded),
        ("unanswered", delivery_actions.go_unanswered),
    ):
        registers.add_clock(f"deliveries.{name}", partial(clock, system("clocks")))


def _wire_checking(app: Flask) -> None:
    app.register_blueprint(checking_pages.blueprint)
    registers.add_address("batch", lambda reference: url_for("checking.show", reference=reference))
    registers.add_navigation(NavigationItem(Message(N_("Checking")), "checking.index", SEE_BATCHES, order=47))
    registers.add_desk(checking_pages.waiting_for)
    registers.add_message("ProviderFoundWrong", checking_letters.found_wrong)
    registers.add_invariant("checking.batches", checking_queries.batch_breaches)
    registers.add_clock("checking.late", lambda: checking_actions.give_up_frozen(system("clocks")))
    by_hand = partial(checking_actions.finish_accepting, system("checking"), lot=checking_actions.ALL)
    registers.add_clock("checking.accept", by_hand, at=None)
    registers.add_errand("checking.accept", lambda: checking_actions.finish_accepting(system("checking")))


def _wire_continuity(app: Flask) -> None:
    app.register_blueprint(continuity_pages.blueprint)
    registers.add_panel("organisation.page", continuity_pages.organisation_panel, order=80)
    registers.add_panel("group.close", continuity_pages.group_closing_panel)
    registers.add_address("undertaking", lambda reference: url_for("continuity.show", reference=reference))
    registers.add_navigation(
        NavigationItem(
            Message(N_("Suspended, closed, merged")), "continuity.index", SEE_UNDERTAKINGS, order=83, seldom=True
        )
    )
    registers.add_desk(continuity_pages.waiting_for)
    registers.add_invariant("continuity.undertakings", continuity_queries.undertaking_breaches)
    for event_name, letters in continuity_letters.LETTERS.items():
        registers.add_message(event_name, letters)
    add_act_words(CONTINUITY_ACTS)
    registers.subscribe("GroupClosed", "continuity.group_closed", continuity_actions.after_group_closed)
    registers.subscribe("GroupSuspended", "continuity.group_suspended", continuity_actions.after_group_suspended)
    registers.subscribe(
        "GroupSuspensionLifted", "continuity.group_lifted", continuity_actions.after_group_suspension_lifted
    )
    registers.subscribe("ConcernHeld", "continuity.concern_held", continuity_actions.after_concern_held)
    registers.subscribe("ConcernReleased", "continuity.concern_released", continuity_actions.after_concern_released)


def _wire_demo(app: Flask) -> None:
    app.cli.add_command(demo_commands.group)


def _wire_matching(app: Flask) -> None:
    matching_weights()  # a site with wrong weights does not start
    app.cli.add_command(matching_commands.group)
    registers.add_invariant("matching.suggestions", matching_queries.check_suggestions)
    registers.add_panel("need.page", matching_panels.on_need, order=30)
    registers.add_panel("pledge.page", matching_panels.on_pledge, order=30)
    registers.add_panel("desk", matching_panels.on_desk, order=40)
    registers.add_panel("need.draft", matching_panels.while_writing_a_need)
    registers.add_panel("pledge.draft", matching_panels.while_writing_a_pledge)
    for event in ("PledgeOffered", "PledgeChanged", "PledgeDrawn", "PledgeEnded"):
        registers.subscribe(event, "matching.after_pledge", matching_actions.after_pledge)
    for event in ("NeedOpened", "NeedChanged", "NeedEnded"):
        registers.subscribe(event, "matching.after_need", matching_actions.after_need)
    for event in ("CommitmentAgreed", "CommitmentEnded", "CommitmentPutBack", "ChangeAnswered"):
        registers.subscribe(event, "matching.after_commitment", matching_actions.after_commitment)
    registers.add_clock("matching.rebuild", lambda: matching_actions.rebuild(system("clocks")))
    registers.add_errand("matching.rebuild", lambda: matching_actions.ask_for_suggestions(system("matching")))
    registers.add_message("SuggestionsMade", matching_letters.first_fit)


def _wire_not_for_us(app: Flask) -> None:
    app.register_blueprint(matching_pages.blueprint)
    registers.add_desk(matching_pages.not_for_us.waiting_for)
    registers.add_invariant("matching.not_for_us", matching_queries.check_not_for_us)
    registers.add_persons_data("matching", ErasedPerson(matching_queries.held_of_person, matching_actions.erase_words))


def _wire_rounds(app: Flask) -> None:
    app.register_blueprint(round_pages.blueprint)
    registers.add_address("round", lambda reference: url_for("rounds.show", reference=reference))
    registers.add_navigation(NavigationItem(Message(N_("Rounds")), "rounds.index", SEE_ROUNDS, order=27))
    registers.add_desk(round_pages.waiting_for)
    registers.add_clock("matching.rounds", lambda: round_actions.compute_waiting(system("rounds")), at=None)
    registers.add_errand("matching.rounds", lambda: round_actions.ask_worker(system("rounds")))


def _wire_unmet() -> None:
    registers.add_address("letter", lambda reference: url_for("matching.letter", reference=reference))
    registers.add_message("ProvidersWritten", matching_letters.providers_written)


def _wire_reporting(app: Flask) -> None:
    app.register_blueprint(reporting_pages.blueprint)
    registers.add_panel("quarter.close", reporting_pages.quarters.closing_panel)
    registers.add_navigation(
        NavigationItem(
            Message(N_("Figures")),
            "reporting.show",
            order=50,
            front_page=Message(N_("What was pledged, and what came")),
        )
    )


def _wire_setting_up() -> None:
    add_set_up_step(
        SetUpStep(
            "measures",
            Message(N_("Measures")),
            Message(N_("What can be pledged and counted: the starter pack, or a file of your own.")),
            lambda _reading, _actor: url_for("pillars.load"),
            lambda reading: bool(pillar_queries.measures(reading)),
            order=40,
        )
    )
    add_set_up_step(
        SetUpStep(
            "framework",
            Message(N_("Framework")),
            Message(N_("The agreement your providers were admitted to: a table (CSV) or a published notice (OCDS).")),
            lambda _reading, _actor: url_for("frameworks.import_page"),
            lambda reading: bool(framework_queries.framework_choices(reading)),
            order=50,
        )
    )


def _wire_act_words() -> None:
    """What the histories of these rooms call their acts, for the record of all acts."""
    add_act_words({**pledge_history.ACTS, **commitment_saying.ACTS})
    add_act_words({f"delivery.{act}": words for act, words in delivery_saying.ACTS.items()})
    add_act_words({"quarter.close": Message(N_("Quarter closed")), **checking_saying.ACTS})
    add_act_words({"suggestion.not_for_us": Message(N_("Said “Not for us” to a suggestion"))})
