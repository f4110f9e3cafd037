"""Which roles may do what with commitments; on top of it the acts ask which side the actor is on."""

from __future__ import annotations

from community_book.base.actor import COUNCIL_ROLES, GROUP_ROLES, PROVIDER_ROLES, Permission, Role

SEE_PROMISES = Permission("see_promises", *PROVIDER_ROLES, *GROUP_ROLES, *COUNCIL_ROLES, Role.OUTSIDE_DECIDER)
OFFER_HELP = Permission("offer_help", *PROVIDER_ROLES)
ASK_FOR_HELP = Permission("ask_for_help", *GROUP_ROLES)
PROPOSE_PROMISE = Permission("propose_promise", Role.OFFICER)
ANSWER_PROMISE = Permission("answer_promise", *PROVIDER_ROLES, *GROUP_ROLES)
CHANGE_PROMISE = Permission("change_promise", *PROVIDER_ROLES, *GROUP_ROLES)
END_PROMISE = Permission("end_promise", *PROVIDER_ROLES, *GROUP_ROLES, Role.OFFICER)
HOLD_PROMISE = Permission("hold_promise", Role.OFFICER, Role.SAFEGUARDING)
WRITE_MESSAGE = Permission("write_promise_message", *PROVIDER_ROLES, *GROUP_ROLES, Role.OFFICER)
SEE_CONTACTS = Permission("see_promise_contacts", *PROVIDER_ROLES, *GROUP_ROLES, Role.OFFICER, Role.SAFEGUARDING)

ANSWER_OFFER_LINK = "answer_offer"
ANSWER_CHANGE_LINK = "answer_change"
"""Acts of signed links: answering an offer, a request or a proposal; answering a proposed change."""

SAY_IT_HAPPENED_LINK = "report_delivery"
"""Says without an account that all happened as agreed; its page is a higher room's."""
