"""Judges from outside, for ``make judges``: each knows faults that our own tests do not, and none is needed to work."""
