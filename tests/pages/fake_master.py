"""Serves the gallery as a master would: the same headers, events when told so, and a master that is gone when told so.

For tests of the script and the style sheet alone; what a real master answers is in cases_live.py.
"""

import http.server
import threading
from pathlib import Path

# What src/http sends; a test compares it with a real master's.
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; "
          "base-uri 'none'; frame-ancestors 'self'")
TYPES = {".html": "text/html;charset=utf-8", ".css": "text/css;charset=utf-8", ".js": "text/javascript;charset=utf-8",
         ".svg": "image/svg+xml"}


class FakeMaster:
    """`/` is the page of `scene` after edit(); other scenes are below /<name>. While `gone`, nobody answers."""

    def __init__(self, folder, address="127.0.0.31"):
        self.folder, self.scene, self.edit = Path(folder), "busy", lambda text: text
        self.posts, self.gone = [], False
        self._listeners, self._lock = [], threading.Lock()
        master = self

        class Handler(_Handler):
            owner = master

        self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://{address}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def tell(self):
        """An event to every listener."""
        with self._lock:
            for wake in self._listeners:
                wake.set()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def listen(self, wake):
        with self._lock:
            self._listeners.append(wake)

    def page(self, path):
        name = self.scene if path == "/" else path[1:]
        file = self.folder / (name if "." in name else f"{name}.html")
        if not file.resolve().is_relative_to(self.folder.resolve()) or not file.is_file():
            return None, None
        data = file.read_bytes()
        if path == "/":
            data = self.edit(data.decode()).encode()
        return data, TYPES[file.suffix]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner = None

    def do_GET(self):  # pylint: disable=invalid-name
        path = self.path.split("?")[0]
        if self.owner.gone:
            self.close_connection = True
            return
        if path == "/events":
            self._events()
            return
        data, kind = self.owner.page(path)
        self._answer(200 if data is not None else 404, data or b"", kind or "text/html")

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.owner.posts.append((self.path, body))
        self._answer(302, b"", "text/html", {"Location": "/"})

    def _answer(self, status, data, kind, more=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache, no-store, must-revalidate")
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _events(self):
        wake = threading.Event()
        self.owner.listen(wake)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": hello\n\n")
        self.wfile.flush()
        try:
            while not self.owner.gone:
                if wake.wait(0.1):
                    wake.clear()
                    self.wfile.write(b"event: cluster\ndata: {}\n\n")
                else:
                    self.wfile.write(b":\n\n")
                self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass
