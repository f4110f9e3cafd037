"""Batches of a quarter's reports: a sample anybody can draw again is checked, and the rest stands or falls with it."""
