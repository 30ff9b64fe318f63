"""A cohort's figures as files.

``files`` makes the CSV file behind each chart and the document that the command line prints, and names the files;
``tables`` and ``workbook`` the accessible .xlsx; ``view`` the page at a glance as a PDF.
"""
