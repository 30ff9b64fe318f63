"""Importing a whole Star CSV: ``import_plan`` compares it with the record, ``importing`` adds what is new.

``spelling`` adopts the record's spelling (R13); ``bulk`` inserts many rows fast, ``upserts`` rows that may exist.
"""
