"""Recording a Star, reading and correcting it, and the talk with the parent afterwards.

``drafts`` is a Star in progress, shown by ``draft_pages`` and, before it is recorded, ``check_page``; ``completed`` one
that is done; ``talks`` the talk after it, ``sheet`` what the parent takes home.
"""
