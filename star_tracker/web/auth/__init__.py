"""Who is asking, and whether they may.

``access`` checks every view's rule; ``security`` sets Flask-Security up, on the ``sessions`` that the server keeps,
with ``security_parts`` and ``passwords`` of our own way and the forms of ``sign_in_forms``; ``account`` is a person's
own page, and where a password is chosen by one of the ``links``; ``demo`` signs in to the demonstration.
"""
