"""Every write to the record. Each function takes keyword arguments, is one transaction with at least one audit entry,
and raises a ``DomainError`` that names the field.

``transactions`` opens the transaction, ``audit`` adds its entries, and ``access_log`` records who viewed what.
``accounts``, ``families``, ``stars`` and ``imports`` are packages; ``pods``, ``settings`` and the signed ``returns``
are one module each. ``standings`` derives standings again after a change; ``bulk`` inserts many rows fast. ``keys``
checks the encryption keys, ``key_rotation`` changes them.
"""
