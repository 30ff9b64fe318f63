"""Recording a Star, reading and correcting it, and the talk with the parent afterwards.

``drafts`` has the views of a Star in progress, rendered by ``draft_pages`` and, before it is recorded, ``check_page``;
``completed`` those of a completed Star; ``talks`` those of the talk, and ``sheet`` what the parent takes home.
"""
