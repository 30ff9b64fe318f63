"""Lists and figures of many families: ``caseload``, ``cohort``, ``returns`` with ``preparing`` and ``sign_off``.

``about`` explains them, and has the home page.
"""
