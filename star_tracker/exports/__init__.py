"""Figures as files: bytes made from frames, with no database, web or clock.

The council's quarterly return: ``returns`` turns a service's record into a Return, named tables (``tables``) disclosed
as the profile asks (R9), with a definition of every column (``definitions``) and the picture of the cohort star.
``workbook`` writes a Return as an accessible .xlsx, laid out by ``layout``; ``tidy`` as CSV files with their metadata;
``bundle`` names them and puts both into one .zip. ``pages`` holds in plain Python what the pages show of it, and
``return_files`` page, picture and files together, of a return made now or stored when it was signed off. The same
Return gives the same bytes on every day.

``cohort`` and ``parent_stars`` make the CSV file that a page offers beside its charts. ``csv_files`` writes every CSV
of figures. ``take_home`` is the sheet for the parent, a PDF, and ``sheet_fonts`` its fonts.
"""
