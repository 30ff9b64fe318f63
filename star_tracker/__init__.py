"""Star Tracker: records Family Star Plus scalings, shows how a cohort changed, and makes the council's return.

``app`` has ``create_app``. This module imports nothing, because the command line answers ``--version`` at once.
"""
