"""A real Chromium for tests: the one installed on this machine, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from playwright.sync_api import Browser, sync_playwright

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",  # Chromium refuses its sandbox to root, and it only opens our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """Chromium cannot be had here; the text says why in one line."""


def chromium_path() -> str | None:
    """Where Chromium is: what CHROMIUM names, else the usual names."""
    named = os.environ.get("CHROMIUM")
    candidates = (named,) if named else NAMES
    return next((found for name in candidates if (found := shutil.which(name))), None)


@cache
def chromium_reason() -> str | None:
    """Why Chromium cannot be had here, in one line; None where it can."""
    path = chromium_path()
    if path is None:
        return "No Chromium here: as root, apt-get install chromium (or name one in CHROMIUM)."
    try:
        subprocess.run([path, "--version"], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as failure:
        return f"No Chromium here: {path} does not start ({type(failure).__name__})."
    return None


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """A headless browser until the end of the block. Raises NoChromium where it cannot be had."""
    reason = chromium_reason()
    if reason is not None:
        raise NoChromium(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
