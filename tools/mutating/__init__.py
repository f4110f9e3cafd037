"""Faults put into a copy of the site on purpose, to see that the tests notice them."""
