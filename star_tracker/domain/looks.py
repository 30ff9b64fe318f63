"""What the audit trail calls the ways of looking: for a page, a search, a file, and a page that was not shown."""

READ, SEARCH, DOWNLOAD, REFUSED = "read", "search", "download", "refuse"

COLLIDED = "collide"
"""Somebody was told that a reference is taken, by a family that they may not read."""
