"""Writes about ``stars``, about ``drafts``, which are Stars in progress, and about ``priorities``, agreed after one.

``holding`` keeps two people from writing about one parent at once.
"""
