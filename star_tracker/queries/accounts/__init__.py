"""People: ``people`` for forms, filters and sign-in; ``accounts`` how they stand.

``account_requests`` finds what a second person is asked.
"""
