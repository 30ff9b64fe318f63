"""The Star CSV (docs/star-csv.md): reading it from .csv, .xlsx, .xls or .ods, checking every cell, and writing it.

``columns`` lists the columns, ``cells`` says what each may hold, ``rows`` what a checked row and a fault are,
``errors`` how a file is refused, and ``limits`` how much a file may hold.

``reading`` turns a file into cells of text: a CSV through ``delimited``, a spreadsheet through ``spreadsheets``, which
starts ``child_process/spreadsheet_reader``, where libraries read it within hard limits; both use ``sheets``.
``checking`` turns cells into rows, or into faults that name row, column, value and what is allowed; ``consistency``
holds the rules across rows. ``writing`` turns rows into the same file again. Nothing here knows the database.
"""
