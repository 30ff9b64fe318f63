"""What tests count for people to read: printed at the end of a run, also by the processes that pytest-xdist starts."""

COUNTED = "counted"
"""The name of the property that such a test records."""
