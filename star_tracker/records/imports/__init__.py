"""A whole Star CSV at once: ``import_plan`` compares it with the record, ``importing`` adds what is new.

``spelling`` writes its rows as the record spells them (R13); ``upserts`` adds what may be there already.
"""
