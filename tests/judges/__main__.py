"""Have the Nu checker, Lighthouse, pa11y and csp_evaluator judge every page of the demonstration; needs Java.

    python -m tests.judges [WORD…]      with words: only the pages whose address contains one of them

Prints each fault as it is found and each page as it is done; at the end, or where it is stopped, how many pages were
judged and how many faults each judge found. Ends with 1 if there is a fault, else with 0. The bounds: nothing from Nu
and pa11y, accessibility 100, no layout that shifts by 0.05 or more, no policy with a finding that csp_evaluator calls
high. What stops the layout from
shifting on a slow line, and how a page does at other sizes, the browser tests look at.
"""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from tests.browser.conftest import serving
from tests.browser.test_pages import ADMINISTRATOR, ADMINISTRATORS_PAGES, LEAD, PAGES, PRACTITIONER
from tests.support.apps import make_app
from tests.support.browser import launch_options
from tests.support.demo import make_demo_template
from tests.support.pages import LookingClient

FOLDER = Path(__file__).parent
NODE = str(Path(sys.executable).with_name("node"))
WALKS: Mapping[str, Sequence[str]] = {
    LEAD: PAGES,
    ADMINISTRATOR: ADMINISTRATORS_PAGES,
    PRACTITIONER: [
        "/caseload",
        "/families",
        "/families/new",
        "/families/364",
        "/cohort",
        "/drafts/1",
        "/drafts/1/check",
        "/drafts/1/discard",
    ],
    "Demo council officer": ["/returns", "/returns/1/2018-19-Q3/published", "/account/activity"],
}


@dataclass(frozen=True)
class SeenPage:
    """A page as one person gets it: where, who they are, what it holds, and under which policy."""

    path: str
    who: str
    html: bytes
    policy: str

    def __str__(self) -> str:
        return f"{self.path} as {self.who}"


@dataclass(frozen=True)
class Fault:
    """What a judge found on a page, or in a policy."""

    judge: str
    page: str
    fault: str


@dataclass(frozen=True)
class Judged:
    """A page that all the judges are done with."""

    page: str


def main(words: Collection[str]) -> int:
    """Judge the pages; 1 if there is a fault."""
    if not shutil.which("java"):
        sys.exit("The Nu checker needs Java: install a Java runtime, such as Debian's default-jre-headless.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would print each request
    with TemporaryDirectory() as folder:
        app = make_app(f"sqlite:///{make_demo_template(Path(folder))}", web=True)
        app.test_client_class = LookingClient
        clients = dict(sign_everybody_in(app))
        pages = [page for who, client in clients.items() for page in fetch(client, who, words)]
        return 1 if report(chain(judge_by_nu(pages), judge_in_browser(app, clients, pages)), len(pages)) else 0


def report(told: Iterable[Fault | Judged], pages: int) -> int:
    """Print what the judges tell as they tell it, and a summary, even if the run is stopped; the number of faults."""
    judged = 0
    faults: Counter[str] = Counter()
    try:
        for one in told:
            if isinstance(one, Judged):
                judged += 1
                print(f"{judged} of {pages}: {one.page}", flush=True)
            else:
                faults[one.judge] += 1
                print(f"  {one.judge}: {one.page}: {one.fault}", flush=True)
    finally:
        counts = ", ".join(f"{judge} {count}" for judge, count in sorted(faults.items()))
        print(f"judges: {judged} of {pages} pages, {faults.total()} faults{counts and f' ({counts})'}", flush=True)
    return faults.total()


def sign_everybody_in(app: Flask) -> Iterator[tuple[str, LookingClient]]:
    """A client for each who walks."""
    for who in WALKS:
        client = app.test_client()
        assert isinstance(client, LookingClient)
        client.sign_in(find_person(client.get("/demo").text, who))
        yield who, client


def find_person(choosing: str, name: str) -> int:
    """The id of one of the demonstration's people, from the page on which one chooses who to be."""
    found = re.search(rf'name="user_id" value="(\d+)"(?:(?!user_id).)*\b{name}\b', choosing, re.DOTALL)
    assert found, f"nobody is called {name}"
    return int(found[1])


def fetch(client: LookingClient, who: str, words: Collection[str]) -> Iterator[SeenPage]:
    """The pages of one person's walk."""
    for path in WALKS[who]:
        if not words or any(word in path for word in words):
            answer = client.get(path)
            assert answer.status_code == 200, f"{path} shows {who} no page of its own"
            policy = re.sub(r"'nonce-[^']*'", "'nonce-r4nd0mr4nd0mr4nd0m'", answer.headers["Content-Security-Policy"])
            yield SeenPage(path, who, answer.data, policy)


def judge_by_nu(pages: Sequence[SeenPage]) -> Iterator[Fault]:
    """What the Nu checker says of the HTML as it is sent."""
    with TemporaryDirectory() as folder:
        files = {Path(folder) / f"{place}.html": page for place, page in enumerate(pages)}
        for file, page in files.items():
            file.write_bytes(page.html)
        jar = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
        command = ["java", "-jar", str(jar), "--exit-zero-always", "--format", "json", *map(str, files)]
        said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
        for message in json.loads(said)["messages"]:
            page = files[Path(message["url"].removeprefix("file:"))]
            yield Fault("Nu", str(page), f"{message['message']} {message.get('extract', '')!r}")


def judge_in_browser(
    app: Flask, clients: Mapping[str, LookingClient], pages: Sequence[SeenPage]
) -> Iterator[Fault | Judged]:
    """What the others say, of the pages that a server serves and of their policies."""
    options = launch_options()
    with serving(app) as port:
        asked = {
            "browser": {
                "executable": options["executable_path"],
                "arguments": options["args"],
                "environment": options.get("env", dict(os.environ)),
            },
            "policies": sorted({page.policy for page in pages}),
            "pages": [
                {
                    "who": page.who,
                    "cookie": read_cookie(clients[page.who]),
                    "address": f"http://127.0.0.1:{port}{page.path}",
                }
                for page in pages
            ],
        }
        command = [NODE, str(FOLDER / "judge.mjs")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as judging:
            assert judging.stdin
            assert judging.stdout
            judging.stdin.write(json.dumps(asked))
            judging.stdin.close()
            for line in judging.stdout:
                told = json.loads(line)
                yield Fault(**told) if "fault" in told else Judged(**told)
        if judging.returncode:
            sys.exit(f"{FOLDER.name}/judge.mjs ended with {judging.returncode}.")


def read_cookie(client: LookingClient) -> dict[str, str]:
    """The cookie by which this client is signed in."""
    cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    assert cookie
    return {"name": cookie.key, "value": cookie.value}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
