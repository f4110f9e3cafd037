"""What is never on offer here (domain.md 3), as a list to tick and as words that make an officer look again."""

from __future__ import annotations

import re

from community_book.base.messages import N_, Message

NEVER_ON_OFFER: dict[str, Message] = {
    "care": Message(N_("personal care, such as washing, dressing or feeding somebody")),
    "medicines": Message(N_("giving or fetching medicines")),
    "money": Message(N_("handling people's money, cards or benefits")),
    "homes": Message(N_("visits to private homes")),
    "transport": Message(N_("driving one named person")),
    "selling": Message(N_("selling to the people who come")),
    "attendees": Message(N_("collecting names or details of people who come")),
    "signatory": Message(N_("signing for the group's bank account")),
}
"""Each in words that follow "this is none of"."""

_WORDS: dict[str, str] = {
    "care": r"personal care|wash(?:ing)? (?:him|her|them|people|residents)|toilet(?:ing)?|bathing|incontinence|"
    r"feeding (?:him|her|them|people|residents)|dressing (?:him|her|them|people|residents|wounds)",
    "medicines": r"medicines?|medication|tablets? (?:for|to take)|prescriptions?|insulin|injections?",
    "money": r"bank ?cards?|pin (?:number|code)|cash ?point|their (?:money|pension|benefits)|"
    r"(?:her|his) (?:money|pension|benefits)|collect(?:ing)? (?:a |the )?pensions?",
    "homes": r"(?:in|at|to) (?:their|her|his|people'?s|peoples'?|residents'?|private) (?:own )?homes?|"
    r"home visits?|visit(?:ing)? (?:people )?at home|door to door|in (?:her|his) (?:house|flat|garden)",
    "transport": r"(?:lift|driv(?:e|ing)|taking|transport) (?:for )?(?:mr|mrs|miss|ms|my)\b|"
    r"(?:take|drive|driving) (?:him|her) (?:to|home)|hospital appointments?",
    "selling": r"sell(?:ing)? (?:to|them)|sales (?:talk|pitch|stall)|commission",
    "attendees": r"(?:names|addresses|details|emails?) of (?:everyone|everybody|people|attendees|members|visitors)|"
    r"mailing list|collect(?:ing)? (?:their |people's )?(?:details|names|addresses)",
    "signatory": r"signator(?:y|ies)|sign (?:our |the )?che(?:ques?|cks?)|bank mandate|counter-?sign",
}
_PATTERNS = {key: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for key, words in _WORDS.items()}


def words_to_look_at(*texts: str) -> tuple[str, ...]:
    """Which of the things never on offer the words of a need may be about: keys of NEVER_ON_OFFER, in order.

    Only a hint: "no medicines involved" is found too. It refuses nothing; it asks the group to look again
    and brings the need before an officer.
    """
    return tuple(key for key, pattern in _PATTERNS.items() if any(pattern.search(text) for text in texts))
