"""The Star CSV (docs/star-csv.md): reading it from .csv, .xlsx or .ods, checking every cell, and writing it.

``columns`` is the list of columns; ``rows`` what a checked row holds; ``reading`` turns a file into cells of text;
``checking`` turns cells into rows, or into faults that name row, column, value and what is allowed; ``writing`` turns
rows into the same file again. Nothing here knows the database.
"""
