"""What the tests stand on and do not test: applications, invented services and files, a client that looks at pages,
a PostgreSQL server and a browser.
"""
