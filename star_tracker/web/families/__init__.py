"""Families, their parents and interventions, and who may see them.

Whatever is a family's is loaded by ``loading``, for this person. ``families`` and ``interventions`` are the pages,
``restrictions`` says who may see a family.
"""
