"""Writes about families, their parents and interventions.

``families`` records them, ``family_names`` renames them, and ``duplicates`` checks for families that exist already;
``restrictions`` limits who may see one; ``transfers``, ``reopenings`` and ``beginnings`` change an intervention, with
the checks and locks of ``interventions``.
"""
