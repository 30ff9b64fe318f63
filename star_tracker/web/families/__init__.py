"""Families, their parents and interventions, and who may see them.

``loading`` loads a family's data after checking access. ``pages``, ``interventions`` and ``restrictions`` have the
views; ``timeline`` is the part of a family's page that shows how its interventions went.
"""
