"""Pages about people: signing in, the account, acting as, who belongs where, invitations."""

from community_book.people.pages import account, acting, administration, inviting, members, signing_in
from community_book.people.pages.blueprint import blueprint

__all__ = ["account", "acting", "administration", "blueprint", "inviting", "members", "signing_in"]
