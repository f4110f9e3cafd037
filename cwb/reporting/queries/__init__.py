"""Reads of figures: what can be chosen, the roll-up, and the lists behind each figure."""

from cwb.reporting.queries.behind import things_behind
from cwb.reporting.queries.choosing import choices, chosen
from cwb.reporting.queries.pledges import PledgeFacts, pledge_facts, pledges_behind
from cwb.reporting.queries.reaching import reached
from cwb.reporting.queries.rolling_up import figures

__all__ = ["PledgeFacts", "choices", "chosen", "figures", "pledge_facts", "pledges_behind", "reached", "things_behind"]
