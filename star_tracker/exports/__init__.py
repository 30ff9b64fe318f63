"""Figures as files: bytes made from frames, with no database, web or clock.

``returns`` is the council's quarterly return. What it shares with a cohort's: named tables (``tables``) with a
definition of every column (``definitions``), and the sheets of an accessible .xlsx (``workbook_sheets``,
``workbook_parts``), laid out by ``layout``.

``cohorts`` is what a cohort's pages offer to take away, and ``parent_stars`` the CSV file of one parent's Stars.
``csv_files`` writes every CSV of figures. ``take_home`` is the sheet for the parent, a PDF, and ``sheet_fonts`` its
fonts.
"""
