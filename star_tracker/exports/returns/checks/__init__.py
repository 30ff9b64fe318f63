"""Whether a return's finished files carry the same figures, and whether these add up: checked before it is signed off.

``listing`` runs every check and says what each found (``result``); ``reading`` reads the files back and compares them,
cell by cell, with the return's tables; ``adding`` asks whether rows, pods, reasons and tables agree with one another,
as far as rounded and hidden figures let anybody say.
"""
