"""Families: ``readers`` who may read which (R12), ``drafts`` Stars in progress, ``priorities`` what was agreed."""
