"""Importing a whole Star CSV: ``import_plan`` compares it with the record, ``importing`` adds what is new.

``planned_rows`` makes rows of the plan; on SQLite they wait in temporary tables (``staging``).
``spelling`` adopts the record's spelling (R13); ``upserts`` inserts rows that may exist.
"""
