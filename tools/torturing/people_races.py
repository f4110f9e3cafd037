"""Races about people and files: two who end each other, one invitation taken eight times, an erased person who writes,
one file with two reports."""

from __future__ import annotations

import json
import secrets
import time
from functools import partial

from tools.benching.visitor import Visitor, forms_of
from tools.torturing.clients import KEPT, Sending, all_at_once, form_to
from tools.torturing.crashes import report_with_file
from tools.torturing.races import TOLD, Races, told, tried_again


def ending_each_other(race: Races) -> None:
    from community_book.base.actor import Role
    from tests.makers import actor_for, make_organisation

    def one_round() -> str:
        group = make_organisation()
        pair = [actor_for(group, Role.GROUP_LEAD), actor_for(group, Role.GROUP_LEAD)]
        sendings = []
        for mine in (0, 1):
            browser = race.browser(pair[mine])
            ((reference,),) = race.town.ask("SELECT reference FROM people WHERE id = :id", id=pair[1 - mine].person_id)
            page = browser.get(f"/organisations/{group.reference}/people")
            sendings.append(Sending(browser, form_to(page, f"/people/{reference}/end"), {}))
        found = told(all_at_once([partial(tried_again, one) for one in sendings]))
        ((left,),) = race.town.ask(
            "SELECT count(*) FROM memberships WHERE organisation_id = :id AND until_utc IS NULL", id=group.id
        )
        return "" if left == 1 and found[KEPT] == 1 else f"answers {dict(found)}, {left} left"

    race.run("two leads who end each other's membership", one_round)


def one_invitation(race: Races) -> None:
    from community_book.base.actor import Role
    from community_book.people import actions
    from community_book.people.rules import NewInvitation
    from tests.makers import actor_for, make_organisation

    group = make_organisation()
    lead = actor_for(group, Role.GROUP_LEAD)

    def one_round() -> str:
        address = f"{secrets.token_hex(6)}@test.example"
        actions.invite(lead, group.reference, NewInvitation(address, str(Role.GROUP_MEMBER)))
        path = _mailed_link(address)
        sendings = []
        for _ in range(8):
            browser = Visitor(race.site.port)
            answer = browser.get(path)
            while answer.status in {302, 303}:
                answer = browser.get(answer.headers["location"])
            form = next(form for form in forms_of(answer) if "password" in dict(form.fields))
            sendings.append(Sending(browser, form, {"name": "Kim Example", "password": "river stone apple"}))
        found = told(all_at_once([partial(tried_again, one) for one in sendings]))
        ((people, places),) = race.town.ask(
            "SELECT (SELECT count(*) FROM people WHERE email = :address), (SELECT count(*) FROM memberships m "
            "JOIN people p ON p.id = m.person_id WHERE p.email = :address)",
            address=address,
        )
        if (people, places, found[KEPT]) != (1, 1, 1) or any(status >= 500 for status in found):
            return f"answers {dict(found)}, {people} accounts, {places} memberships"
        return ""

    race.run("one invitation taken 8 times at once", one_round)


def _mailed_link(address: str) -> str:
    """The address of the invitation, once the site's worker or this process has written the letter."""
    from tests.makers_people import link_in, mail_to

    give_up_at = time.monotonic() + 20
    while True:
        try:
            return link_in(mail_to(address)[-1])
        except (AssertionError, IndexError) as not_yet:
            if time.monotonic() > give_up_at:
                raise LookupError(f"no letter to {address}") from not_yet
            time.sleep(0.1)


def erased_while_writing(race: Races) -> None:
    from community_book.base.actor import Role
    from tests.makers import actor_for
    from tests.makers_commitments import make_commitment, make_pair

    pair = make_pair()
    commitment = make_commitment(pair)

    def one_round() -> str:
        name = f"Kim {secrets.token_hex(6)}"
        member = actor_for(pair.group.organisation, Role.GROUP_MEMBER, name=name)
        writing, erasing = race.browser(member), race.browser(member)
        message = form_to(writing.get(f"/promises/{commitment}"), "/messages")
        write = Sending(writing, message, {"text": f"We come at ten. {secrets.token_hex(6)}"})
        erase = Sending(erasing, form_to(erasing.get("/account/erase"), "/erase"), {"understood": "yes"})
        answers = all_at_once([partial(tried_again, write), partial(tried_again, erase)])
        ((left,),) = race.town.ask("SELECT count(*) FROM people WHERE name = :name", name=name)
        wrong = [a.status if a else 0 for a in answers if a is None or a.status not in TOLD | {KEPT, 302}]
        return f"{left} people still have the name; {wrong}" if left or wrong else ""

    race.run("a person erased while they write", one_round)


def one_file_twice(race: Races) -> None:
    from tests.makers_commitments import make_commitment, make_pair

    pairs = [make_pair(), make_pair()]
    commitments = [make_commitment(pair) for pair in pairs]

    def one_round() -> str:
        content, sendings = secrets.token_hex(20).encode(), []
        for pair, commitment in zip(pairs, commitments, strict=True):
            browser = race.browser(pair.offering)
            form = form_to(browser.get(f"/promises/{commitment}/what-happened"), "/what-happened")
            sendings.append(partial(report_with_file, browser, form, content))
        answers = all_at_once(sendings)
        flags = race.town.ask("SELECT flags FROM deliveries ORDER BY id DESC LIMIT 2")
        seen = ["same_file" in (json.loads(row[0]) if isinstance(row[0], str) else row[0]) for row in flags]
        ok = told(answers) == {KEPT: 2} and any(seen)
        return "" if ok else f"answers {dict(told(answers))}, flagged {seen}"

    race.run("one file sent with two reports at once", one_round)


ALL = (ending_each_other, one_invitation, erased_while_writing, one_file_twice)
