"""Which Chromium the browser tests start, and how.

The machine's own if it has one, else the one that `make browser` unpacks into `.browser/` from an npm
package (Linux on x86-64), with its own shared libraries and fonts. Neither needs a network or a screen.
"""

import os
import shutil
from pathlib import Path
from typing import Any

UNPACKED = Path(__file__).resolve().parents[2] / ".browser"
OWN_NAMES = ("chromium", "chromium-browser", "google-chrome")

# Chromium refuses to run as root with its sandbox; we show it our own pages only. The others stop it from
# calling its maker, which on a machine without a network only fills the log.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The tests' server signs its own certificate; where Playwright is told to ignore that, it tries all twice.
    "--ignore-certificate-errors",
]


def launch_options() -> dict[str, Any]:
    """Return what Playwright's `launch()` needs to start the browser of this machine.

    Raises:
        RuntimeError: there is no browser; the message says how to get one.
    """
    for name in OWN_NAMES:
        if path := shutil.which(name):
            return {"executable_path": path, "args": ARGUMENTS}
    if not (UNPACKED / "chromium").exists():
        raise RuntimeError(f"no Chromium on PATH nor in {UNPACKED}: run `make browser`")
    environment = {
        "LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
    }
    return {
        "executable_path": str(UNPACKED / "chromium"),
        "args": ARGUMENTS,
        "env": {**os.environ, **environment},
    }
