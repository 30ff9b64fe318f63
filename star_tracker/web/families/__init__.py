"""Families, their parents and interventions, and who may see them.

Whatever is a family's is loaded by ``loading``, for this person. ``pages`` and ``interventions`` are what one sees,
``timeline`` is what a family's page tells of how its interventions went, ``restrictions`` says who may see a family.
"""
