"""Matching, pure: no database, no web, no clock.

`columns` both sides as arrays, `fitting` and `overlap` the rule of what fits, `placing` the places by text, `points`
the score, `candidates` the pairs kept, `telling` and `saying` the reasons.
"""
