"""Every select. Each function returns models, or frames and values of ``analysis``; none of them writes.

``accounts``, ``audit``, ``families``, ``figures`` and ``returns`` are rooms of their own. ``starfile`` reads the record
as a Star CSV, ``recorded`` what an import must be compared with, ``backups`` all of it; ``pods`` lists pods, and
``paging`` cuts long lists.
"""
