"""What is counted or listed over many families.

``cohorts`` computes R5's table and R3's exclusions, ``parent_stars`` one parent's pair by the same statement;
``schedules`` says what is due (R7) to ``caseload`` and ``caseload_overview``; ``service`` counts the record as a whole.
"""
