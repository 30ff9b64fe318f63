"""Families, their parents and interventions, and who may see them.

Whatever is a family's is loaded by ``loading``, for this person. ``pages`` and ``interventions`` are what one sees,
``restrictions`` says who may see a family.
"""
