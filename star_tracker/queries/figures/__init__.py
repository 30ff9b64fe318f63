"""Counts and lists over many families.

``cohorts`` computes R5's table and R3's exclusions, ``parent_stars`` one parent's pair by the same statement;
``key_figures`` counts the few figures that a lead is asked for; ``schedules`` finds what is due (R7) for ``caseload``
and ``caseload_overview``; ``service`` reads settings and keys.
"""
