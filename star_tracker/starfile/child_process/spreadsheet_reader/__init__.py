"""The program that reads a spreadsheet in a process of its own: bytes on standard input, rows on standard output.

It is run as ``python -m spreadsheet_reader`` with the folder above on Python's path, and imports nothing else of Star
Tracker (hence the relative imports): it starts quickly, and has no keys, no settings and no database. Whatever a file
makes the libraries do, at most it ends this process, whose memory and processor time are limited
(``starfile.spreadsheets`` starts it and sets the limits).

``__main__`` sets the limits and writes the rows; ``xlsx``, ``xls`` and ``ods`` each read a kind of file; ``cells``
turns values into cells, ``messages`` writes a line, and ``xml_parts`` refuses dangerous XML.

Each line written is JSON: ``{"sheet": name, "hidden": [names]}``; then for each row that is not empty a list of its
number, the part of the work that is done, and its cells; or ``{"formulas": [[row, place, formula], …]}``; and at the
end ``{"end": true}``. A cell is a text, or ``[text, shown, fault]`` (``cells.number_cell``).
"""
