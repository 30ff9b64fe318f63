"""A client that looks at every page it fetches: what is wrong with any page is found by every test that visits it.

Most of what testing a page takes is parsing it. So a text is parsed once however often it is asked about, and a page
that another test has looked at, the same but for what is drawn anew each time, is not looked at again.
"""

import io
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pypdf
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTML = "{http://www.w3.org/1999/xhtml}"
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
NONCE = re.compile(r'nonce="([^"]+)"')
LOOKED_AT: set[int] = set()
"""Hashes of the pages that nothing is wrong with."""


class LookingClient(FlaskClient):
    """Checks each HTML page: valid, one h1, a title that starts with it, unique ids, no inline style or script.

    Also that what describes a field says something, and that a list which is required begins with an empty option.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, and look."""
        if isinstance(address := args[0], str) and not address.startswith("http"):
            kwargs.setdefault("base_url", self.application.extensions["star_tracker"].address or "http://localhost")
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (204, 302):
            text = response.text
            for drawn in filter(None, (TOKEN.search(text), NONCE.search(text))):
                text = text.replace(drawn[1], "anew")
            if hash(text) not in LOOKED_AT:
                look_at_page(response.text)
                LOOKED_AT.add(hash(text))
        return response

    def sign_in(self, user_id: int) -> None:
        """Sign in as one of the demonstration's people, through the page."""
        token = read_token(self.get("/demo").text)
        response = self.post("/demo", data={"user_id": user_id, "csrf_token": token})
        assert response.status_code == 302, response.text

    def send(self, address: str, data: dict[str, Any]) -> TestResponse:
        """Open a form's page and send the form."""
        token = read_token(self.get(address).text)
        return self.post(address, data={**data, "csrf_token": token})


SignIn = Callable[[int], LookingClient]
"""Opens the application in a browser of its own, in which the person of this number is signed in."""


@lru_cache(maxsize=16)
def _parse(text: str) -> tuple[Any, list[Any]]:
    parser = html5lib.HTMLParser(strict=False)
    return parser.parse(text), parser.errors


def parse_page(text: str) -> Any:
    """A page's elements, to read and not to change: who asks about the same text gets the same."""
    return _parse(text)[0]


def look_at_page(text: str) -> None:
    """Assert what is true of every page."""
    root, errors = _parse(text)
    # What somebody typed is shown back as it is, a control character too, beside the sentence that refuses it.
    faults = [f"{code} at {place}" for place, code, _ in errors if code != "invalid-codepoint"]
    assert not faults, f"not valid HTML: {faults}\n{text}"
    elements = list(root.iter())
    headings = [words_of(element) for element in elements if element.tag == f"{HTML}h1"]
    assert len(headings) == 1, f"a page has one h1, not {headings}"
    title = words_of(next(element for element in elements if element.tag == f"{HTML}title"))
    assert title.removeprefix("Error: ").startswith(headings[0]), f"{title!r} does not start with {headings[0]!r}"
    ids = [element.get("id") for element in elements if element.get("id")]
    assert len(ids) == len(set(ids)), f"an id stands twice: {sorted(ids)}"
    summaries = [element for element in elements if "error-summary__body" in (element.get("class") or "")]
    refusals = [words_of(line) for box in summaries for line in box.iter() if line.tag == f"{HTML}li"]
    assert len(refusals) == len(set(refusals)), f"an error that stands twice: {refusals}"
    forms = {element.get("id") for element in elements if element.tag == f"{HTML}form"}
    strays = {element.get("form") for element in elements if element.get("form")} - forms
    assert not strays, f"a button belongs to a form that is not there: {strays}"
    assert not [element for element in elements if element.get("style")], "a style attribute, which the CSP refuses"
    assert not [element for element in elements if element.tag == f"{HTML}style"], "a style element"
    for script in (element for element in elements if element.tag == f"{HTML}script"):
        assert script.get("src") or script.get("nonce"), "an inline script without a nonce"
    look_at_descriptions(elements)
    look_at_selects(elements)


def look_at_descriptions(elements: list[Any]) -> None:
    """Assert that whatever describes a field is there and says something, for whoever hears the page."""
    words = {element.get("id"): words_of(element) for element in elements if element.get("id")}
    for element in elements:
        for name in (element.get("aria-describedby") or "").split():
            assert words.get(name), f"aria-describedby names {name!r}, which says nothing"


def look_at_selects(elements: list[Any]) -> None:
    """Assert that a list in which something must be chosen begins with an empty option, as HTML asks."""
    for select in (element for element in elements if element.tag == f"{HTML}select"):
        if select.get("required") is not None:
            first = [option.get("value") for option in select.iter(f"{HTML}option")][:1]
            assert first == [""], f"{select.get('name')!r} is required, and its first option is {first}"


def words_of(element: Any) -> str:
    """All text in an element, in one line."""
    return " ".join("".join(element.itertext()).split())


def lines_of(page: str) -> list[list[str]]:
    """What the cells of each line of the page's tables say, headings left out."""
    lines = [line for line in parse_page(page).iter(f"{HTML}tr") if line[-1].tag == f"{HTML}td"]
    return [[words_of(cell) for cell in line] for line in lines]


def items_of(page: str) -> list[str]:
    """What a list of parents says of each."""
    return [words_of(item) for item in parse_page(page).iter(f"{HTML}li") if "app-case" in (item.get("class") or "")]


def links_of(page: str) -> dict[str, str]:
    """The addresses of a page's links by their words."""
    return {words_of(link): link.get("href") for link in parse_page(page).iter(f"{HTML}a")}


def text_of(response: TestResponse) -> str:
    """What the page's main part says, in one line, as a person reads it."""
    root = parse_page(response.text)
    main = next(element for element in root.iter() if element.get("id") == "main-content")
    return words_of(main)


def read_paper(data: bytes) -> list[str]:
    """What each page of a PDF says, each in one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def whole_text_of(response: TestResponse) -> str:
    """All that an answer says: of a page its source, of a PDF its words, of any other file its bytes as they are.

    Without what is random, the tokens of forms and the nonce of scripts, which may hold any short word.
    """
    if response.mimetype == "application/pdf":
        return " ".join(read_paper(response.data))
    data: bytes = response.data
    return NONCE.sub("", TOKEN.sub("", data.decode(errors="replace")))


def find_link(response: TestResponse, words: str) -> str:
    """The address of the first link whose words begin so."""
    links = (element for element in parse_page(response.text).iter(f"{HTML}a") if words_of(element).startswith(words))
    return str(next(links).get("href"))


def path_of(response: TestResponse) -> str:
    """Where a redirect goes."""
    return urlsplit(response.headers["Location"]).path


def read_token(text: str) -> str:
    """The form's token."""
    token = TOKEN.search(text)
    assert token, "there is no form on the page"
    return token[1]
