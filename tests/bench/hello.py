"""The smallest application that Flask can make: what a request takes in which nothing is done."""

from flask import Flask

app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
def hello() -> str:
    """A greeting."""
    return "Hello"
