"""Acts and steps of people, by what somebody is doing."""

from community_book.people.actions.account import (
    ask_new_email,
    change_details,
    change_password,
    confirm_email,
    set_password,
)
from community_book.people.actions.belonging import (
    add_person,
    disable_person,
    enable_person,
    end_role,
    give_role,
    leave,
    make_person,
    set_roles,
)
from community_book.people.actions.erasing import erase, erase_again, erase_rows
from community_book.people.actions.housekeeping import tidy_up
from community_book.people.actions.inviting import (
    accept_invitation,
    accept_with_new_account,
    invite,
    invite_person,
    withdraw_invitation,
)
from community_book.people.actions.links import end_links, make_link, use_link
from community_book.people.actions.moving import (
    move_invitations,
    move_links,
    move_people,
    move_person_back,
)
from community_book.people.actions.recording import act_as, record_for, stop_recording
from community_book.people.actions.signing_in import (
    ask_for_link,
    begin_session,
    end_session,
    note_seen,
    sign_in,
    sign_in_by_link,
    sign_out,
)

__all__ = [
    "accept_invitation",
    "accept_with_new_account",
    "act_as",
    "add_person",
    "ask_for_link",
    "ask_new_email",
    "begin_session",
    "change_details",
    "change_password",
    "confirm_email",
    "disable_person",
    "enable_person",
    "end_links",
    "end_role",
    "end_session",
    "erase",
    "erase_again",
    "erase_rows",
    "give_role",
    "invite",
    "invite_person",
    "leave",
    "make_link",
    "make_person",
    "move_invitations",
    "move_links",
    "move_people",
    "move_person_back",
    "note_seen",
    "record_for",
    "set_password",
    "set_roles",
    "sign_in",
    "sign_in_by_link",
    "sign_out",
    "stop_recording",
    "tidy_up",
    "use_link",
    "withdraw_invitation",
]
