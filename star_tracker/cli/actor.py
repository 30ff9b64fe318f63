"""Who does what the command line does."""

from star_tracker.domain.permissions import Actor

COMMAND_LINE = Actor(email="command line", source="command line")
"""Whoever may run commands on the server: the machine's own accounts decide, not ours."""
