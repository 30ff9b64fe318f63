"""What is counted or listed over many families.

``cohorts`` computes R5's table and R3's exclusions from the standings that ``standings`` derives from Stars;
``parent_stars`` reads one parent's pair there; ``schedules`` says what is due (R7) to ``caseload`` and
``caseload_overview``; ``service`` counts the record as a whole.
"""
