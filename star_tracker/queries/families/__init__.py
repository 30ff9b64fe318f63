"""One family: ``readers`` who may read it (R12), ``families`` what it is.

``drafts`` are its Stars in progress, ``priorities`` what was agreed.
"""
