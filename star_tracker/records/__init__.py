"""Every write to the record. Each function is keyword-only, one transaction, one audit row or more, and refuses with a
``DomainError`` that names the field.

``transactions`` opens the transaction; ``audit`` adds its rows; ``families`` records families, parents and
interventions; ``stars`` Stars; ``returns`` what a lead signed off; ``importing`` a whole Star CSV at once, after
``import_plan`` compared it with the record, through ``bulk``, which writes many rows as fast as the database takes
them.
"""
