"""Pages about frameworks: the public ones, importing, admitting, matching suppliers."""

from cwb.frameworks.pages import admitting, importing, matching, public_pages
from cwb.frameworks.pages.blueprint import blueprint

__all__ = ["admitting", "blueprint", "importing", "matching", "public_pages"]
