"""The Chromium that prints the book and that its tests open: CHROMIUM, the system's, or what `make browser` fetched."""

import os
import pathlib
import shutil

from playwright.sync_api import sync_playwright


def fetched():
    """Return where Playwright keeps a Chromium of its own, if it does."""
    with sync_playwright() as playwright:
        path = pathlib.Path(playwright.chromium.executable_path)
    return path if path.exists() else None


CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or fetched()
# It asks its maker's hosts at every start unless it is told not to.
QUIET = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]
