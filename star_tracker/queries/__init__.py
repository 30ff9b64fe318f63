"""Every select. Each function returns models, or frames and values of ``analysis``; none of them writes.

``accounts``, ``audit``, ``families``, ``figures`` and ``returns`` are packages. ``starfile`` reads the record as a Star
CSV, ``recorded`` what an import is compared with, ``backups`` all of it; ``pods`` lists pods, and ``paging`` divides
long lists into pages.
"""
