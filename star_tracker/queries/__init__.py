"""Every select. Each function returns models, or frames and values of ``analysis``; none of them writes.

``cohorts`` computes R5's table and R3's exclusions in the database; ``families``, ``people``, ``parent_stars``,
``priorities``, ``schedules`` and ``talks`` find what the pages show; ``returns`` reads what a quarter's return is made
of, ``signed_returns`` those that were signed off, and ``altered_returns`` compares them with the audit trail, which
``audit_chain`` verifies; ``starfile`` reads the record as a Star CSV, and ``recorded`` what an import must be compared
with.
"""
