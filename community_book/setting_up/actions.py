"""Acts of setting up: the first administrator, what the council says of its site, the opening."""

from __future__ import annotations

from typing import Any

from community_book.base import site as sites
from community_book.base import starting
from community_book.base import work as transactions
from community_book.base.actor import Actor, Role
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.tables import SiteFact
from community_book.base.work import Work, lock_row
from community_book.organisations.actions import make_organisation, rename
from community_book.people.actions import begin_session, end_links, give_role, make_link, make_person, use_link
from community_book.people.rules import check_password
from community_book.setting_up.queries import LEFT, council, fact, has_administrator, missing
from community_book.setting_up.rules import (
    FIRST,
    SET_UP,
    SET_UP_LINK,
    Colour,
    First,
    Names,
    Safeguarding,
    check_telephone,
    read_colour,
)

BEGUN_ALREADY = N_("This site has an administrator already. Sign in, or ask them to invite you.")
CHANGED_MEANWHILE = N_("Somebody changed this while you were writing. Look at it as it is now, then change it again.")


def _keep(work: Work, name: str, version: int | None, **values: Any) -> None:
    """Keeps a fact, counting its version up. Raises WrongState when the version is not the one that stands."""
    row = work.get(SiteFact, name)
    if row is None:
        work.add(SiteFact(name=name, value={**values, "version": 1}))
    else:
        lock_row(work, row)
        stands = int(row.value.get("version", 1))
        if version is not None and version != stands:
            raise WrongState(Message(CHANGED_MEANWHILE))
        row.value = {**row.value, **values, "version": stands + 1}
    work.flush()


def make_first_link(actor: Actor) -> str:
    """The token of the one-time address for the first administrator; an earlier address opens nothing any more.

    The site stays closed to everybody else until it is opened. Raises WrongState when somebody can set it up.
    """
    with transactions.work(actor) as work:
        if has_administrator(work):
            raise WrongState(Message(BEGUN_ALREADY))
        end_links(work, act=SET_UP_LINK, subject=FIRST)
        token = make_link(work, SET_UP_LINK, FIRST)
        if work.get(SiteFact, sites.OPENING) is None:
            _keep(work, sites.OPENING, None, is_open=False)
        work.record("set_up.begin", FIRST)
    sites.forget()
    return token


def begin(actor: Actor, new: First, *, user_agent: str = "") -> str:
    """Makes the council and its first administrator, for the holder of the one-time address; returns the session.

    Raises WrongState when somebody was first, Refused for a password everybody tries.
    """
    if actor.link_act != SET_UP_LINK:
        raise NotThere
    check_password(new.password)
    with transactions.work(actor) as work:
        use_link(work, actor)
        if has_administrator(work):
            raise WrongState(Message(BEGUN_ALREADY))
        known = council(work)
        if known is None:
            make_organisation(work, new.council_name, is_council=True)
            known = council(work)
        else:
            rename(work, known[0], new.council_name)
        if known is None:
            raise NotThere
        person_id = make_person(work, new.name, new.email, password=new.password)
        give_role(work, person_id, known[0], Role.ADMINISTRATOR)
        _keep(work, sites.NAMES, None, council_name=new.council_name)
        work.record("set_up.first_administrator", FIRST, f"organisation:{known[1]}")
        token = begin_session(work, person_id, known[0], user_agent=user_agent)
    sites.forget()
    return token


def name_site(actor: Actor, new: Names) -> None:
    """Names site and council and says how to reach them; the council's organisation takes the same name."""
    actor.must(SET_UP)
    telephone = check_telephone(new.contact_telephone, field="contact_telephone")
    with transactions.work(actor) as work:
        _keep(
            work,
            sites.NAMES,
            new.version,
            site_name=new.site_name,
            council_name=new.council_name,
            contact_email=new.contact_email,
            contact_telephone=telephone,
        )
        if (known := council(work)) is not None:
            rename(work, known[0], new.council_name)
        work.record("set_up.name", FIRST, texts={"council": new.council_name, "site": new.site_name})
    sites.forget()


def say_safeguarding(actor: Actor, new: Safeguarding) -> None:
    """Says whom to call, on every page."""
    actor.must(SET_UP)
    telephone = check_telephone(new.safeguarding_phone, field="safeguarding_phone")
    with transactions.work(actor) as work:
        _keep(
            work,
            sites.SAFEGUARDING,
            new.version,
            safeguarding_phone=telephone,
            safeguarding_hours=new.safeguarding_hours,
        )
        work.record("set_up.safeguarding", FIRST, texts={"telephone": telephone})
    sites.forget()


def choose_colour(actor: Actor, new: Colour) -> None:
    """Gives the site a colour in which words can be read. Raises Refused, with a darker one, otherwise."""
    actor.must(SET_UP)
    colour = read_colour(new.colour)
    with transactions.work(actor) as work:
        _keep(work, sites.COLOUR, new.version, colour=colour)
        work.record("set_up.colour", FIRST, facts={"colour": colour})
    sites.forget()


def leave_step(actor: Actor, name: str, *, is_left: bool) -> None:
    """Leaves a step for later, or takes it up again. Raises NotThere for what is no step, WrongState for a must."""
    actor.must(SET_UP)
    step = next((step for step in starting.set_up_steps() if step.name == name), None)
    if step is None:
        raise NotThere
    if step.must and is_left:
        raise WrongState(Message(N_("This step cannot be left out: the site does not open without it.")))
    with transactions.work(actor) as work:
        row = work.get(SiteFact, LEFT)
        names = set(row.value.get("names", []) if row else [])
        names = names | {name} if is_left else names - {name}
        _keep(work, LEFT, None, names=sorted(names))
        work.record("set_up.leave" if is_left else "set_up.take_up", FIRST, facts={"step": name})


def open_site(actor: Actor, version: int | None, *, is_open: bool) -> None:
    """Opens the site to everybody, or closes it again. Raises WrongState while a step that must be done is not."""
    actor.must(SET_UP)
    with transactions.work(actor) as work:
        if bool(fact(work, sites.OPENING).get("is_open", True)) == is_open:
            raise WrongState(Message(N_("The site is open already.") if is_open else N_("The site is closed already.")))
        if is_open and (first := missing(work)):
            raise WrongState(Message(N_("The site cannot open yet. First do this: %(step)s."), step=first[0]))
        _keep(work, sites.OPENING, version, is_open=is_open)
        work.record("set_up.open" if is_open else "set_up.close", FIRST)
    sites.forget()
