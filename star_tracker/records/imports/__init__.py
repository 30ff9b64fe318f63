"""Importing a whole Star CSV: ``comparing`` compares it with the record, ``importing`` adds what is new.

``import_plan`` holds what is new, ``planned_rows`` makes rows of it; on SQLite they wait in temporary tables
(``staging``). ``spelling`` adopts the record's spelling (R13); ``upserts`` inserts rows that may exist.
"""
