"""Signing in, sessions and access rules.

``access`` checks every view's rule; ``security`` sets up Flask-Security with server-side ``sessions``, our
``security_parts`` and ``passwords``, and the forms of ``sign_in_forms``; ``account`` has a person's own pages and
chooses a password with one of the ``links``; ``demo`` signs in to the demonstration.
"""
