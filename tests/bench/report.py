"""What `make bench` prints."""

import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median

from tests.bench.practitioners import Requests
from tests.bench.processes import Measured
from tests.bench.ways import DUCKDB, Timing


def tell_step(words: str) -> None:
    """Say on standard error what begins now, so that whoever waits sees the bench work."""
    print(f"{time.strftime('%H:%M:%S')} {words} ...", file=sys.stderr, flush=True)


def print_heading(words: str) -> None:
    """A heading with a line under it."""
    print(f"\n{words}\n{'-' * len(words)}", flush=True)


def print_timings(title: str, timings: Mapping[str, Timing]) -> None:
    """One line for each way; ratios of best to best."""
    rows = [(title, "best", "median", "runs", f"times {DUCKDB}'s best")]
    for name, timing in timings.items():
        ratio = timing.best / timings[DUCKDB].best
        rows.append(
            (
                f"  {name}",
                milliseconds(timing.best),
                milliseconds(timing.median),
                str(len(timing.runs)),
                f"{ratio:.2f}",
            )
        )
    print_table(rows)


def print_commands(commands: Mapping[str, Measured]) -> None:
    """One line for each command that was run."""
    rows = [("command", "time", "of that computing", "peak memory")]
    for name, run in commands.items():
        rows.append((name, f"{run.seconds:.1f} s", f"{run.processor:.1f} s", f"{run.peak:.0f} MB" if run.peak else ""))
    print_table(rows)


def print_starts(starts: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """One line for each thing that was started: seconds, and those of processor, best and median."""
    rows: list[tuple[str, ...]] = [("star-tracker", "best", "median", "of that computing", "median", "runs")]
    for what, runs in starts.items():
        figures = [pick(part) for part in zip(*runs, strict=True) for pick in (min, median)]
        rows.append((f"  {what}", *(f"{figure:.2f} s" for figure in figures), str(len(runs))))
    print_table(rows)


def print_weights(weights: Mapping[str, tuple[int, int, int]]) -> None:
    """One line for each page: its bytes as HTML and compressed."""
    rows: list[tuple[str, ...]] = [("page", "HTML", "gzip", "brotli")]
    for page, (html, by_gzip, by_brotli) in weights.items():
        rows.append((f"  {page}", *(f"{size / 1000:.1f} kB" for size in (html, by_gzip, by_brotli))))
    print_table(rows)


def print_requests(title: str, requests: Mapping[str, Requests], hello: Requests) -> None:
    """One line for each sort of request, and one for the hello that they are compared with."""
    rows: list[tuple[str, ...]] = [(title, "p50", "p99", "slowest", "number", "a second", "p50 to hello", "p99")]
    for name, done in {**requests, "Flask's hello": hello}.items():
        p50, p99 = done.percentile(50), done.percentile(99)
        ratios = (f"× {p50 / hello.percentile(50):.1f}", f"× {p99 / hello.percentile(99):.1f}")
        rows.append(
            (
                f"  {name}",
                *map(milliseconds, (p50, p99, done.times[-1])),
                f"{len(done.times):,}",
                f"{len(done.times) / done.seconds:.0f}",
                *(("", "") if done is hello else ratios),
            )
        )
    print_table(rows)


def print_waits(title: str, requests: Mapping[str, Requests]) -> None:
    """One line for each way to be served."""
    rows: list[tuple[str, ...]] = [(title, "p50", "p95", "slowest", "number")]
    for name, done in requests.items():
        waits = map(milliseconds, (done.percentile(50), done.percentile(95), done.times[-1]))
        rows.append((f"  {name}", *waits, f"{len(done.times):,}"))
    print_table(rows)


def print_memory(peaks: Mapping[str, float | None]) -> None:
    """Peak memory of our query above the idle app."""
    rows = [("peak memory of our query above the idle app", "")]
    rows += [(f"  {name}", "not measured" if peak is None else f"{peak:.1f} MB") for name, peak in peaks.items()]
    print_table(rows)


def print_aim(words: str, value: float | None, most: float, unit: str) -> None:
    """An aim and whether it is met."""
    if value is None:
        print(f"  not measured  {words}")
        return
    print(f"  {'met    ' if value <= most else 'NOT MET'}  {words}: {value:.2f}{unit}, aim {most:g}{unit}")


def print_least(words: str, value: float, least: float) -> None:
    """An aim that is met by as much or more."""
    print(f"  {'met    ' if value >= least else 'NOT MET'}  {words}: × {value:.2f}, aim × {least:g} or more")


def milliseconds(seconds: float) -> str:
    """Seconds as they are printed."""
    return f"{seconds * 1000:,.1f} ms"


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """The first row heads the others."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]).rstrip(), flush=True)
    print(flush=True)
