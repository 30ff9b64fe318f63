"""Recording a Star, reading and correcting it, and the talk with the parent afterwards.

``drafts`` is a Star in progress, shown by ``draft_pages`` and, before it is recorded, ``check_page``; ``stars`` a
completed one; ``talks`` the talk and the sheet.
"""
