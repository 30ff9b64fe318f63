"""Lists and figures of many families: ``caseload``, ``cohort``, ``returns`` with ``sign_off``.

``about`` says what they mean, and which page each role begins with.
"""
