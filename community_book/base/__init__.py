"""The floor both houses stand on. Knows no room, no Flask."""
