"""The council's quarterly return as files, and as the page that shows it.

``building`` turns a service's record into a Return (``content``): named tables disclosed as the profile asks (R9).
Their titles and notes are in ``texts``. ``workbook`` writes it as an accessible .xlsx; ``tidy`` as CSV files, which
``metadata`` explains; ``pairs`` has a restricted one row by row; ``bundle`` names them and puts all into one .zip.
``pages`` holds in plain Python what the pages show of it, ``versions`` which version it is and what that changed, and
``files`` page, picture and files together, of a return made now or stored when it was signed off. The same Return gives
the same bytes on every day.
"""
