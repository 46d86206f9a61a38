"""Headless Chromium, driven over its own pipe (the DevTools protocol): no web socket, no package beside the browser.

Used on one thread. Every wait has a limit and says what it waited for. A Page remembers what its console said: a test that ends
with complaints in it has failed.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import time

from harness import Failure

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--headless=new", "--no-first-run", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
           "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
           "--remote-debugging-pipe", "--force-color-profile=srgb", "--hide-scrollbars")


class Browser:
    """One Chromium with a profile of its own in `folder`; ended by close()."""

    def __init__(self, folder):
        program = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
        if program is None:
            raise Failure("no Chromium is installed; run: tools/deps check")
        os.makedirs(folder, exist_ok=True)
        read_commands, self._commands = os.pipe()
        self._answers, write_answers = os.pipe()
        # The browser wants exactly the descriptors 3 and 4.
        words = ["bash", "-c", f'exec 3<&{read_commands} 4>&{write_answers}; exec "$@"', "bash", program, *OPTIONS,
                 f"--user-data-dir={folder}/profile", "about:blank"]
        with open(f"{folder}/chromium.log", "ab") as log:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             pass_fds=(read_commands, write_answers), start_new_session=True)
        os.close(read_commands)
        os.close(write_answers)
        self._buffer, self._last_id, self._pages = b"", 0, {}

    def close(self):
        try:
            self.call("Browser.close", seconds=5)
        except (Failure, OSError):
            self._process.kill()
        self._process.wait(timeout=10)
        os.close(self._commands)
        os.close(self._answers)

    def page(self, address=None, width=1280, height=900, dark=False):
        # A window of its own: a tab behind another is hidden, and a hidden page does not follow its master.
        target = self.call("Target.createTarget", {"url": "about:blank", "newWindow": True})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.look_like(width, height, dark)
        if address:
            page.go(address)
        return page

    def call(self, method, parameters=None, session=None, seconds=20):
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        deadline, wanted = time.monotonic() + seconds, self._last_id
        while (left := deadline - time.monotonic()) > 0:
            answer = self.receive(left)
            if answer and answer.get("id") == wanted:
                if "error" in answer:
                    raise Failure(f"{method}: {answer['error']['message']}")
                return answer["result"]
        raise Failure(f"the browser has not answered {method} within {seconds} s")

    def receive(self, seconds):
        """The next message, or None; events have been given to their pages."""
        deadline = time.monotonic() + seconds
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None
            data = os.read(self._answers, 1 << 16)
            if not data:
                raise Failure("the browser has ended")
            self._buffer += data
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message and (page := self._pages.get(message.get("sessionId"))):
            page.on_event(message["method"], message["params"])
        return message

    def forget(self, page):
        del self._pages[page.session]
        self.call("Target.closeTarget", {"targetId": page.target})


class Page:
    """One tab."""

    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session
        self.complaints, self._loaded = [], 0

    def call(self, method, parameters=None, seconds=20):
        return self.browser.call(method, parameters, self.session, seconds)

    def close(self):
        self.browser.forget(self)

    def on_event(self, method, event):
        if method == "Page.loadEventFired":
            self._loaded += 1
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.complaints.append(f"exception: {details.get('exception', {}).get('description', details['text'])}")
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            self.complaints.append("console: " + " ".join(str(one.get("value", one.get("description"))) for one in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] in ("error", "warning"):
            entry = event["entry"]
            self.complaints.append(f"{entry['source']}: {entry['text']} {entry.get('url', '')}".strip())

    def look_like(self, width, height=900, dark=False, scale=1):
        self.call("Emulation.setDeviceMetricsOverride",
                  {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600})
        self.call("Emulation.setEmulatedMedia",
                  {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def scripts(self, enabled):
        self.call("Emulation.setScriptExecutionDisabled", {"value": not enabled})

    def go(self, address):
        before = self._loaded
        result = self.call("Page.navigate", {"url": address})
        if "errorText" in result:
            raise Failure(f"{address}: {result['errorText']}")
        self.wait_for_load(before)

    def wait_for_load(self, before, seconds=20):
        deadline = time.monotonic() + seconds
        while self._loaded == before:
            if time.monotonic() > deadline:
                raise Failure(f"the page has not loaded within {seconds} s")
            self.browser.receive(0.1)

    def loads(self):
        return self._loaded

    def run(self, script):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in answer:
            raise Failure(f"{script}: {answer['exceptionDetails'].get('exception', {}).get('description', 'failed')}")
        return answer["result"].get("value")

    def wait(self, what, script, seconds=10):
        """Until the expression is true; its value."""
        deadline = time.monotonic() + seconds
        while True:
            value = self.run(script)
            if value:
                return value
            if time.monotonic() > deadline:
                raise Failure(f"after {seconds} s still not so: {what}")
            self.browser.receive(0.05)

    def text(self):
        return self.run("document.body.innerText")

    def press(self, key, code=None, number=0):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code or key, "windowsVirtualKeyCode": number,
                                                 "text": "\r" if key == "Enter" and kind == "keyDown" else ""})

    def picture(self, file, whole=False):
        options = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("Page.captureScreenshot", options, 60)["data"]))
