"""What the documentation names is there: folders of the map, commands, settings, make targets, links and paths."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

from star_tracker.cli import star_tracker
from star_tracker.config import PREFIX, read_settings
from star_tracker.domain.service_settings import SERVICE_SETTINGS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "star_tracker"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}
ENDINGS = [".html", ".js", ".json", ".md", ".mjs", ".py", ".scss", ".toml", ".txt"]
MADE = tuple(re.findall(r"^\S+/$", (ROOT / ".gitignore").read_text(encoding="utf-8"), re.MULTILINE))
"""Folders that only commands make."""
NO_PATHS = {
    "n/a",
    "Europe/London",
    "fonts/",
    "fonts/*.txt",
    "govuk-frontend.min.js",
    "metadata.json",
    "datapackage.json",
}
"""Values with a stroke, and files that the build or a return makes."""

every_document = pytest.mark.parametrize("document", TEXTS)


def list_code(text: str) -> Iterator[str]:
    """Each piece of code of a page: between backticks, or a line of a block."""
    for block in re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for line in re.findall(r"^ {4}(.*)$", prose, re.MULTILINE):
        yield line.split(" # ")[0]
    for piece in re.findall(r"`([^`]+)`", re.sub(r"^ {4}.*$", "", prose, flags=re.MULTILINE)):
        yield " ".join(piece.split()).replace("\\|", "|")


def list_headings(text: str) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words call, and the words after its name."""
    command: click.Command = star_tracker
    while isinstance(command, click.Group) and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"star-tracker has no command {name}"
        command = found
    return command, words


def list_options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def list_commands(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Each command of our own with its name; the library's of ``db`` are more than anybody needs."""
    if not isinstance(command, click.Group):
        if command.callback.__module__.startswith("star_tracker."):
            yield name, command
        return
    for part in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), part)
        assert found is not None
        yield from list_commands(found, f"{name} {part}".strip())


def test_help_of_each_command_says_nothing_for_programmers() -> None:
    helped = {name: command.help or "" for name, command in list_commands(star_tracker)}
    assert helped
    assert [name for name, words in helped.items() if not words or re.search("(Args|Raises|Returns):", words)] == []


def list_paths(text: str) -> Iterator[str]:
    """The files and folders that a page names between backticks."""
    for piece in list_code(text):
        path = piece.split("::")[0]
        is_path = re.fullmatch(r"[\w.@*-]+(/[\w.@*-]+)*/?", path) and re.search("[a-z]", path)
        if is_path and path not in NO_PATHS and ("/" in path or path.endswith(tuple(ENDINGS))):
            yield piece


def list_mapped() -> Iterator[tuple[Path, list[str]]]:
    """Each line of the README's map: what it is about, and the folders that it names inside."""
    block = re.search(r"^## Map of the code\n\n((?: {4}.*\n)+)", TEXTS["README.md"], re.MULTILINE)
    assert block, "the README has no map"
    above: list[tuple[int, Path]] = [(0, ROOT)]
    for line in block[1].splitlines():
        indent = len(line) - len(line.lstrip())
        name, _, words = line.strip().partition(" ")
        above = [(depth, path) for depth, path in above if depth < indent]
        path = above[-1][1] / name
        above.append((indent, path))
        yield path, re.findall(r"(?<![\w/])([\w.]+/)", words)


def test_the_map_names_what_is_there_and_every_package() -> None:
    named = set()
    for path, folders in list_mapped():
        for one in (path, *(path / folder for folder in folders)):
            assert one.exists(), f"{one.relative_to(ROOT)} is not there"
            named.add(one)
    packages = {found.parent for found in PACKAGE.rglob("__init__.py")}
    tests = {found for found in (ROOT / "tests").iterdir() if found.is_dir() and found.name != "__pycache__"}
    assert packages | set(PACKAGE.glob("*.py")) | tests <= named, "the map does not name these"


@every_document
def test_every_link_leads_somewhere(document: str) -> None:
    for address in re.findall(r"\]\(([^)\s]+)\)", TEXTS[document]):
        link = urlsplit(address)
        if link.scheme:
            continue
        target = (ROOT / document).parent / link.path if link.path else ROOT / document
        assert target.exists(), f"{document} links to {address}, which is not there"
        if link.fragment:
            assert link.fragment in list_headings(target.read_text(encoding="utf-8")), f"{address} has no such heading"


@every_document
def test_every_path_between_backticks_is_there(document: str) -> None:
    for named in list_paths(TEXTS[document]):
        path, _, function = named.partition("::")
        found = [file for folder in (ROOT, PACKAGE) for file in folder.glob(path)]
        assert found or path.startswith(MADE), f"{document} names {path}, which is not there"
        assert not function or f"def {function}(" in found[0].read_text(encoding="utf-8"), f"{path} has no {function}"


@every_document
def test_every_command_that_is_named_exists_with_its_options(document: str) -> None:
    for piece in list_code(TEXTS[document]):
        for called in re.findall(r"(?:^|[$(\s])star-tracker ([^)]*)", piece):
            command, words = find_command(called.split())
            options = set(re.findall(r"--[a-z-]+", " ".join(words))) - {"--help"}
            assert options <= list_options(command), f"{document}: star-tracker {called}"


def test_the_page_about_the_command_line_has_every_command_and_option_and_no_other() -> None:
    text = TEXTS["docs/command-line.md"]
    filters = re.search(r"^The filters of `cohort`.*?\n\n", text, re.MULTILINE | re.DOTALL)
    assert filters
    documented: dict[str, set[str]] = {}
    for row in re.findall(r"^\| (`.*?`) \| .*$", text, re.MULTILINE):
        command, *_ = re.findall(r"`([^`]*)`", row)
        words = command.replace("[filters]", filters[0])
        documented[" ".join(re.match(r"[a-z -]*", command)[0].split())] = set(re.findall(r"--[a-z-]+", words))  # type: ignore[index] # it may be empty
    documented.pop("db upgrade")
    assert documented == {name: list_options(command) for name, command in list_commands(star_tracker)}


class Asked(dict[str, str]):
    """An environment that notes what is asked of it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override] # as it is called here
        self.names.add(key)
        return super().get(key, default)


def test_the_page_about_settings_has_every_one_and_marks_those_that_administrators_may_change() -> None:
    environment = Asked({f"{PREFIX}MAIL_SERVER": "mail.example.org:587", f"{PREFIX}MAIL_SENDER": "stars@example.org"})
    read_settings(environment)
    cells = " ".join(re.findall(rf"^\| (`{PREFIX}.*?) \|", TEXTS["docs/settings.md"], re.MULTILINE))
    assert set(re.findall(rf"{PREFIX}\w+", cells)) == environment.names
    changed_on_a_page = {"DISCLOSURE_THRESHOLD" if name == "threshold" else name.upper() for name in SERVICE_SETTINGS}
    assert set(re.findall(rf"`{PREFIX}(\w+)` \*", cells)) == changed_on_a_page


@every_document
def test_every_setting_that_is_named_is_described(document: str) -> None:
    for name in re.findall(rf"\b{PREFIX}[A-Z_]+\b", TEXTS[document]):
        assert f"`{name}`" in TEXTS["docs/settings.md"], f"{document} names {name}"


@every_document
def test_every_make_target_that_is_named_exists(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for piece in list_code(TEXTS[document]):
        if match := re.match(r"make ([a-z]+)((?: +\w+=.*)?)", piece):
            target, variables = match.groups()
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{document} names make {target}"
            assert all(f"$({name})" in makefile for name in re.findall(r"(\w+)=", variables)), f"{document}: {piece}"
