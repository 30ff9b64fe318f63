"""The measurements of `make bench`, which no test runs.

``__main__`` runs them and says how to read what it prints. ``ways`` times our cohort beside three other ways to compute
the same (``by_duckdb``, ``by_pandas``, ``by_orm``) and compares the answers; ``commands`` measures whole commands, and
``memory`` one query, each in a process of its own (``processes``); ``report`` prints.
"""
