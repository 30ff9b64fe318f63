"""Counts and lists over many families.

``standings`` derives from its Stars how each registration stands on each day; ``cohorts`` counts R5's table and R3's
exclusions from that, ``cohort_families`` lists the families behind each number, ``key_figures`` counts the few figures
that a lead is asked for, and ``parent_stars`` reads one parent's pair; ``record_checks`` and
``practice`` find what is worth a second look; ``schedules`` finds what is due (R7) for
``caseload`` and ``caseload_overview``; ``service`` reads settings and keys.
"""
