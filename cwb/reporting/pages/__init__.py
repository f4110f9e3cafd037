"""The pages of figures, one file for each way of looking at them."""

from cwb.reporting.pages import across, behind, checking, pillars, quarters, standing
from cwb.reporting.pages.room import blueprint

__all__ = ["across", "behind", "blueprint", "checking", "pillars", "quarters", "standing"]
