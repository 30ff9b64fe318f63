"""What an administrator looks after: ``people``, ``pods`` and ``service_settings``.

``account_requests`` asks a second person, ``notices`` tells people of what is done to accounts.
"""
