"""Writes about completed ``stars``, Stars in progress (``drafts``), and the ``priorities`` agreed after a Star.

``locks`` keeps two people from writing about one parent at once.
"""
