"""Logging what is viewed, and the audit trail as people read it.

``looks`` logs each view before it is shown, with the codes of ``page_codes``; ``pages`` shows the trail, filtered by
``filter_form``; ``words``, ``lists``, ``requests`` and ``changes`` describe entries in plain words.
"""
