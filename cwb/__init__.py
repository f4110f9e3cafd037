"""The upper house: what is promised, matched, delivered, verified and counted."""
