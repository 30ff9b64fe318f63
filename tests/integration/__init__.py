"""Tests of the record, its queries, the command line and the pages, on SQLite and on PostgreSQL."""
