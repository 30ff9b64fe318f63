"""The audit trail's codes for looking: at a page, a search, a file, and a page that was refused."""

READ, SEARCH, DOWNLOAD, REFUSED = "read", "search", "download", "refuse"

COLLIDED = "collide"
"""Somebody was told that a reference is taken by a family that they may not read."""

LOOKS = frozenset((READ, SEARCH, DOWNLOAD, REFUSED, COLLIDED))
"""All of them: every other action changes something."""
