"""The only writers of the ledger: booking, taking back, readings, closing a quarter."""

from cwb.ledger.actions.booking import book, reverse
from cwb.ledger.actions.closing import close_a_quarter, close_quarter
from cwb.ledger.actions.levels import record_reading, verify_reading, withdraw_reading

__all__ = [
    "book",
    "close_a_quarter",
    "close_quarter",
    "record_reading",
    "reverse",
    "verify_reading",
    "withdraw_reading",
]
