"""The measurements of `make bench`, which no test runs.

``__main__`` runs them and says how to read what it prints. ``ways`` times our cohort beside three other ways to compute
the same (``by_duckdb``, ``by_pandas``, ``by_orm``) and compares the answers; ``commands`` measures whole commands, and
``memory`` one query, each in a process of its own (``processes``); ``report`` prints.

``recording`` measures many practitioners who record at once, and says how to read that: ``serving`` runs the servers
(ours, and ``hello``), ``recorders`` adds the people and the families, ``plans`` says what each records,
``practitioners`` does it with ``browsing`` in one more process, and ``recorded`` reads afterwards whether all is there.

``starting`` times the command line's answers and the servers' first pages, and ``weights`` weighs the pages.
``looks`` measures what readers wait for the log of views, ``importing`` imports, exports, and what others
wait for them, and ``returning`` returns with their files and checks.
"""
