"""The administrator's pages: ``people``, ``pods``, ``councils`` and ``service_settings``.

``account_requests`` has a second person agree, ``notices`` notifies people of changes to accounts.
"""
