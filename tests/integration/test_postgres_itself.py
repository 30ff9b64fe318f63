"""The PostgreSQL server of the tests gives every test a database of its own."""

import psycopg
import pytest

from tests.support.postgres import PostgresServer


def test_the_server_is_a_recent_one(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT version()").fetchone()
    assert row is not None
    assert row[0].startswith("PostgreSQL 18")


def _fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE pods AS SELECT 'Crewe' AS name")


def test_a_copy_of_a_template_has_its_rows_and_is_dropped(postgres_server: PostgresServer) -> None:
    postgres_server.make_template("with_pods", _fill)
    with postgres_server.database(template="with_pods") as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT name FROM pods").fetchall() == [("Crewe",)]
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
