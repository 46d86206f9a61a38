#!/usr/bin/env python3
"""Pages in headless Chromium. `make test-pages`.

  tests/pages/run.py                     all cases: made-up clusters from the gallery, then a real one that loses its leader
  tests/pages/run.py kill events         only cases whose name contains a word
  tests/pages/run.py gallery             only the gallery's: no JVM, half a minute
  tests/pages/run.py --pictures FOLDER   writes each scene's page, wide and narrow, light and dark, for people to look at
  tests/pages/run.py --portrait FILE     the page of a real leader that has just taken over (docs/images/master-page.png)
  PRESET=asan tests/pages/run.py         the gallery of another preset

Prints one line per case and, last, `N passed, N failed`; logs stay in build/pages. A page whose console complains has failed.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "ha"))

from path import harness, suite  # noqa: E402  pylint: disable=wrong-import-position

import cases_gallery  # noqa: E402  pylint: disable=wrong-import-position
import cases_live  # noqa: E402  pylint: disable=wrong-import-position
from browser import Browser  # noqa: E402  pylint: disable=wrong-import-position
from fake_master import FakeMaster  # noqa: E402  pylint: disable=wrong-import-position

PRESET = os.environ.get("PRESET", "release")
GALLERY = Path(os.environ.get("GALLERY") or harness.REPOSITORY / "build" / PRESET / "tests" / "pages" / "gallery")
LOOKS = (("wide", 1280, False), ("wide-dark", 1280, True), ("narrow", 390, False), ("narrow-dark", 390, True))


def draw_gallery(folder):
    harness.check(GALLERY.exists(), f"{GALLERY} is not there; run: make test-pages")
    subprocess.run([GALLERY, folder], check=True, timeout=30)
    return folder


def on_a_page(browser, case, subject):
    """Plays one case on a page of its own and looks at the page's console afterwards."""
    page = browser.page()
    try:
        case(subject, page)
        harness.check(not page.complaints, "the console complains: " + "; ".join(page.complaints[:5]))
    finally:
        page.close()


def play_gallery(browser, folder, cases, tally):
    draw_gallery(folder)
    for case in cases:
        master = FakeMaster(folder)
        tally.run(case.__name__, lambda: on_a_page(browser, case, master))  # pylint: disable=cell-var-from-loop
        master.close()


def play_live(browser, folder, cases, tally):
    """The cases share one cluster, in their order; it starts with the first of them."""
    suite.install(suite.releases()[-1:])
    lab, scene = harness.Lab(folder), []

    def begin(case):
        if not scene:
            scene.append(cases_live.Scene(lab, suite.releases()[-1]))
        on_a_page(browser, case, scene[0])
    try:
        for case in cases:
            if not tally.run(case.__name__, lambda: begin(case)):  # pylint: disable=cell-var-from-loop
                print("     " + lab.tails().replace("\n", "\n     "), flush=True)
    finally:
        lab.end()


def take_pictures(browser, folder, target):
    draw_gallery(folder)
    target.mkdir(parents=True, exist_ok=True)
    master, page = FakeMaster(folder), browser.page()
    for scene in sorted(file.stem for file in folder.glob("*.html")):
        for look, width, dark in LOOKS:
            page.look_like(width, 900, dark)
            page.go(f"{master.address}/{scene}")
            page.wait("the page to be live", "!document.querySelector('main[data-now]') || " + cases_live.LIVE)
            page.picture(target / f"{scene}-{look}.png", whole=scene not in ("busy", "recovering"))
    master.close()


def take_portrait(browser, folder, file):
    suite.install(suite.releases()[-1:])
    lab = harness.Lab(folder)
    try:
        cases_live.portrait(cases_live.Scene(lab, suite.releases()[-1]), browser.page(), file)
    finally:
        lab.end()


def main():
    harness.stop_on_signals()
    words = sys.argv[1:]
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    folder, tally = suite.own_folder("pages"), suite.Tally()
    browser = Browser(folder / "browser")
    try:
        if words[:1] == ["--pictures"]:
            take_pictures(browser, folder / "gallery", Path(words[1]))
            return 0
        if words[:1] == ["--portrait"]:
            take_portrait(browser, folder / "live", Path(words[1]))
            return 0

        def chosen(module):
            name = module.__name__.removeprefix("cases_")
            return [case for case in module.CASES if not words or any(word in (name, *case.__name__.split("_")) for word in words)]
        if cases := chosen(cases_gallery):
            play_gallery(browser, folder / "gallery", cases, tally)
        if cases := chosen(cases_live):
            play_live(browser, folder / "live", cases, tally)
    finally:
        browser.close()
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
