"""The smallest application that Flask can make: what a request takes in which nothing is done.

``python -m tests.bench.hello PORT`` serves it as ``star-tracker serve`` serves the pages.
"""

import sys

from flask import Flask

from star_tracker.cli.serving import serve
from star_tracker.config import Settings


def make_hello() -> Flask:
    """The application."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1024

    @app.route("/", methods=["GET", "POST"])
    def hello() -> str:
        """A greeting."""
        return "Hello"

    return app


if __name__ == "__main__":
    serve(make_hello, Settings(), "127.0.0.1", int(sys.argv[1]))
