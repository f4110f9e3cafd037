"""Take a picture of every page, as a telephone and as a desk show it: what `make gallery` does.

The made-up borough is loaded into a temporary folder and served as `make run` serves it. Everybody in it follows
the links; each kind of page is then shown to the first who found it and to whoever sees other parts of it.
The pictures and a page that lists them are written to var/gallery.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from html import escape
from pathlib import Path
from shutil import rmtree, which

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - the path above comes first

from tools.benching import pages  # noqa: E402
from tools.benching.running import environment, running  # noqa: E402
from tools.benching.visitor import Visitor  # noqa: E402
from tools.serve import PASSWORD, PEOPLE  # noqa: E402

GALLERY = ROOT / "var" / "gallery"
WIDTHS = (320, 1280)
WALK_SECONDS = 240
OF_ONE_VIEW = 3


def addresses(base_port: int) -> list[pages.Visit]:
    """A few addresses of every kind of page, of different people and about different things."""
    from app import create_app

    app = create_app()
    visitors = [Visitor(base_port), *(Visitor(base_port, name) for name in PEOPLE)]
    for visitor in visitors[1:]:
        visitor.sign_in(f"{visitor.name}@borough.example", PASSWORD)
    walked = pages.walk(app, visitors, until=time.monotonic() + WALK_SECONDS)
    chosen: dict[str, list[pages.Visit]] = {}
    for visit in walked.visits:
        of_view = chosen.setdefault(visit.view, [])
        known = {(one.who, one.path) for one in of_view}
        if len(of_view) < OF_ONE_VIEW and not any(visit.who == who or visit.path == path for who, path in known):
            of_view.append(visit)
    return [visit for view in sorted(chosen) for visit in chosen[view]]


def signed_in(browser: Browser, base: str, who: str, width: int) -> Page:
    """A page of somebody's browser."""
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    if who != "nobody":
        page.goto(f"{base}/sign-in")
        page.fill("[name=email]", f"{who}@borough.example")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
    return page


def take(browser: Browser, base: str, wanted: list[pages.Visit]) -> list[str]:
    """Writes the pictures; returns their names, and says which pages are wider than the window."""
    names = []
    seen: dict[tuple[str, int], Page] = {}
    for number, visit in enumerate(wanted):
        for width in WIDTHS:
            page = seen.get((visit.who, width)) or signed_in(browser, base, visit.who, width)
            seen[visit.who, width] = page
            page.goto(base + visit.path)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                print(f"{visit.path} is wider than {width} px", flush=True)
            name = f"{visit.view}.{number}.{visit.who}.{width}.png"
            page.screenshot(path=GALLERY / name, full_page=True)
            names.append(name)
    return names


def main() -> int:
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    if chromium is None:
        print("No Chromium on this machine: install the package chromium, then try again.")
        return 1
    rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site:
        os.environ.update(environment(Path(folder)))
        wanted = addresses(site.port)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            names = take(browser, f"http://127.0.0.1:{site.port}", wanted)
            browser.close()
    rows = "".join(f'<p>{escape(name)}</p><img src="{escape(name)}" loading="lazy" alt="">' for name in names)
    (GALLERY / "index.html").write_text(f"<!doctype html><title>Every page</title>{rows}", encoding="utf-8")
    print(f"{len(names)} pictures of {len(wanted)} pages: {GALLERY / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
