"""Writes about families, their parents and interventions.

``families`` records them, ``family_names`` what they are called, ``duplicates`` looks for the same family;
``restrictions`` says who may see one; ``transfers``, ``reopenings`` and ``putting_right`` change an intervention, by
what ``interventions`` knows.
"""
