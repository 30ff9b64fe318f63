"""What the tests stand on and do not test: a PostgreSQL server and a browser."""
