"""Every write to the record. Each function is keyword-only, one transaction, one audit row or more, and refuses with a
``DomainError`` that names the field.

``transactions`` opens the transaction, ``audit`` adds its rows and ``reading`` those of what was only looked at.
``accounts``, ``families``, ``stars`` and ``imports`` are rooms of their own; ``pods``, ``settings`` and ``returns``,
which a lead signs off, are one module each. ``standings`` keeps what is derived from the Stars; ``bulk`` writes
many rows as fast as the database takes them. ``keys`` knows the keys that the record is encrypted with,
``key_rotation`` changes them.
"""
