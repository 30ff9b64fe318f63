"""Figures as files: bytes made from frames, with no database, web or clock.

``returns`` is the council's quarterly return. What it shares with a cohort's files: named tables (``tables``) with a
definition of every column (``definitions``), and the sheets of an accessible .xlsx (``workbook_sheets``,
``workbook_parts``), laid out by ``layout``.

``cohort`` and ``parent_stars`` make the CSV file that a page offers beside its charts; ``cohort`` also names a cohort's
files. ``csv_files`` writes every CSV of figures. ``take_home`` is the sheet for the parent, a PDF, and ``sheet_fonts``
its fonts.
"""
