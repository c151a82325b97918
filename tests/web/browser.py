"""Looks at pages in a real browser and says what it found; test_browser.py says what that must be."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
LOOKS = (("light", 320, 640), ("dark", 1280, 800))
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_REACHABLE = """() =>
    [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
      .filter((one) => one.checkVisibility() && !(one.type === "radio" && !one.checked)).length"""
_STOP = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return {
      what: `${one.tagName.toLowerCase()} ${(one.textContent || one.name || "").trim().slice(0, 40)}`,
      outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      inView: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    };
}"""
_FACTS = """() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    background: getComputedStyle(document.body).backgroundColor,
})"""


def launch(playwright: Playwright, chromium: str) -> Browser:
    return playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)


def look_at_all(browser: Browser, base: str, paths: Sequence[str], operator: str, secret: Sequence[str]) -> list[Any]:
    """Each of `paths`, and of `secret` after the door at `operator`, in each of LOOKS."""
    looks = []
    for scheme, width, height in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
        page = context.new_page()
        said = _listen(page)
        facts = {"scheme": scheme, "width": width}
        looks += [_look(page, base + path, said) | facts for path in paths]
        page.goto(base + operator)
        page.locator("main button").click()
        looks += [_look(page, base + path, said) | facts for path in secret]
        context.close()
    return looks


def _listen(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    return said


def _look(page: Page, url: str, said: list[str]) -> dict[str, Any]:
    said.clear()
    answer = page.goto(url)
    assert answer is not None
    # A page that is not there is told to the console too; that is no fault of the page.
    heard = [line for line in said if not (answer.status >= 400 and "Failed to load resource" in line)]
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    return {"url": url, "said": heard} | _facts(page, _RULES)


def look_at_content(page: Page, html: str) -> dict[str, Any]:
    """A mail's HTML, which has no address: as _look, and what it asked the network for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html)
    # Landmarks are for sites; a mail is shown within the page of a mail program, which has its own.
    return {"asked": asked} | _facts(page, [rule for rule in _RULES if rule != "best-practice"])


def _facts(page: Page, rules: list[str]) -> dict[str, Any]:
    page.evaluate(_AXE)  # given by the debugger, which the page's content security policy does not concern
    result = page.evaluate("(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    violations = [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
    return {"violations": violations, "checked": len(result["passes"])} | page.evaluate(_FACTS)


def tab_through(browser: Browser, url: str) -> dict[str, Any]:
    """Every stop of the Tab key: what it is, and whether one sees that it is there."""
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.goto(url)
    stops: list[dict[str, Any]] = []
    while len(stops) < 200:
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None:
            break
        stops.append(stop)
    reachable = page.evaluate(_REACHABLE)
    page.goto(url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    skipped_to = page.evaluate("document.activeElement.id")
    page.close()
    return {"stops": stops, "reachable": reachable, "skipped_to": skipped_to}
