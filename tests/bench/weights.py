"""The weight of pages: each as HTML, and as gzip and brotli would send it.

``python -m tests.bench.weights`` fetches the pages that the judges look at from the demonstration, without a server.
Pictures, the style sheet and the scripts are files of their own, which the build compresses, and are not counted.
"""

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.report import print_aim, print_heading, print_weights
from tests.judges.__main__ import NODE, WALKS, sign_everybody_in
from tests.support.apps import make_app
from tests.support.demo import make_demo_template
from tests.support.pages import LookingClient

BROTLI = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))"
MOST_BYTES = 40_000
"""Compressed by gzip, which every browser takes."""

Weight = tuple[int, int, int]
"""Bytes of a page as HTML, by gzip and by brotli."""


def weigh(html: bytes) -> Weight:
    """The weights of a page."""
    by_brotli = subprocess.run([NODE, "-e", BROTLI], input=html, capture_output=True, check=True).stdout
    return len(html), len(gzip.compress(html)), len(by_brotli)


def main() -> int:
    """Weigh all, print it and return the exit status."""
    print_heading("Weight of pages")
    weights: dict[str, Weight] = {}
    with tempfile.TemporaryDirectory(prefix="star-bench-") as folder:
        app = make_app(f"sqlite:///{make_demo_template(Path(folder))}", web=True)
        app.test_client_class = LookingClient
        for who, client in sign_everybody_in(app):
            for path in WALKS[who]:
                weights[f"{path} as {who}"] = weigh(client.get(path, follow_redirects=True).data)
    weights = dict(sorted(weights.items(), key=lambda weight: -weight[1][0]))
    print_weights(weights)
    heaviest = max(by_gzip for _html, by_gzip, _brotli in weights.values())
    print_aim("the heaviest page, compressed", heaviest / 1000, MOST_BYTES / 1000, " kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
