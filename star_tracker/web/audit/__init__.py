"""What is shown is written down before it is shown; and the audit trail as people read it.

``looks`` writes each look down, by the codes of ``page_codes``; ``pages`` shows the trail, chosen by ``filter_form``;
``words``, ``lists``, ``requests`` and ``changes`` say in plain words what was done.
"""
