"""One family: ``readers`` who may read it (R12), ``families`` what it is, ``courses`` how it went.

``drafts`` are its Stars in progress, ``priorities`` what was agreed, ``talks`` what a talk is about.
"""
