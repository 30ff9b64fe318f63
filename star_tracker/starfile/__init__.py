"""The Star CSV (docs/star-csv.md): reading it from .csv, .xlsx, .xls or .ods, checking every cell, and writing it.

``columns`` is the list of columns, ``cells`` what each may hold, ``rows`` what a checked row and a fault are, and
``errors`` how a file is refused. ``limits`` is how much of anything a file may hold.

``reading`` turns a file into cells of text: CSV through ``delimited``, a spreadsheet through ``spreadsheets``, which
starts ``spreadsheet_process``, where libraries read it within hard limits; ``sheets`` is what both have in common.
``checking`` turns cells into rows, or into faults that name row, column, value and what is
allowed; ``agreement`` holds the rules across rows. ``writing`` turns rows into the same file again. Nothing here knows
the database.
"""
