"""An HTTP server on 127.0.0.1 that behaves badly on purpose. Python's standard library only.

    python3 drop_server.py PAYLOAD LOG [CERTIFICATE_AND_KEY]

Prints its port on a line of its own, then serves PAYLOAD until it is killed. LOG gets one JSON object a request. The first part of
the path picks the behaviour, what follows distinguishes the counters of different tests:

    /good      honours Range and If-Range            /ignore    sends everything, whatever Range asks
    /drop      closes after a quarter of the payload, honours Range      /drop-ignore  the same without Range
    /drop-bare the same as /drop, but without ETag   /shift     answers a Range request with bytes from elsewhere
    /wrong     the right number of other bytes       /short     the right bytes but the last ten
    /long      ten bytes too many, unannounced       /missing   404
    /busy      503 (Retry-After: 1) twice, then good /down      503 always
    /moved     redirects to /good                    /loop      redirects to itself
    /file      redirects to file:///etc/hostname     /stall     sends 500 bytes, then nothing
    /slow      a kilobyte every 10 ms                /changed   drops old bytes under an old ETag first, then serves the payload
    /changed-bare  the same without any ETag         /empty     200 and no bytes
    /crumbs    PAYLOAD 40 times over, a sixth a connection, honours Range
    /endless   sends for ever, without a length      /chatter   sends headers for ever
"""

import collections
import http.server
import itertools
import json
import ssl
import sys
import time

PAYLOAD = open(sys.argv[1], "rb").read()
QUARTER = len(PAYLOAD) // 4
COUNTS = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        COUNTS[self.path] += 1
        with open(sys.argv[2], "a") as log:
            entry = {"path": self.path, "range": self.headers.get("Range"), "if_range": self.headers.get("If-Range")}
            log.write(json.dumps(entry) + "\n")
        self.close_connection = True
        getattr(self, self.path.split("/")[1].replace("-", "_"))()

    def reply(self, body, status=200, stop=None, etag='"v2"', announce=True, **headers):
        """Sends `body`, but closes the connection after `stop` bytes."""
        self.send_response(status)
        if announce:
            self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[:stop])

    def serve(self, body=PAYLOAD, stop=None, etag='"v2"', shift=0):
        """Honours Range, unless If-Range names another version."""
        asked = self.headers.get("Range")
        if asked is None or self.headers.get("If-Range", etag) != etag:
            return self.reply(body, stop=stop, etag=etag)
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body):
            return self.reply(b"", status=416, Content_Range=f"bytes */{len(body)}")
        span = f"bytes {start + shift}-{len(body) - 1}/{len(body)}"
        return self.reply(body[start + shift:], status=206, stop=stop, etag=etag, Content_Range=span)

    def good(self):
        self.serve()

    def ignore(self):
        self.reply(PAYLOAD, etag=None)

    def drop(self):
        self.serve(stop=QUARTER)

    def drop_ignore(self):
        self.reply(PAYLOAD, stop=QUARTER)

    def drop_bare(self):
        self.serve(stop=QUARTER, etag=None)

    def shift(self):
        if self.headers.get("Range") is None and COUNTS[self.path] == 1:
            return self.serve(stop=QUARTER)
        return self.serve(shift=7)

    def wrong(self):
        self.reply(bytes(len(PAYLOAD)))

    def short(self):
        self.reply(PAYLOAD[:-10])

    def long(self):
        self.reply(PAYLOAD + bytes(10), announce=False)

    def missing(self):
        self.reply(b"no such file", status=404)

    def busy(self):
        if COUNTS[self.path] <= 2:
            return self.reply(b"busy", status=503, Retry_After="1")
        return self.serve()

    def down(self):
        self.reply(b"down", status=503)

    def moved(self):
        self.reply(b"look elsewhere", status=302, etag='"redirect"', Location="/good" + self.path)

    def loop(self):
        self.reply(b"", status=302, Location=self.path)

    def file(self):
        self.reply(b"", status=302, Location="file:///etc/hostname")

    def stall(self):
        self.reply(PAYLOAD, stop=500)
        self.wfile.flush()
        time.sleep(600)

    def slow(self):
        self.reply(PAYLOAD, stop=0)
        for start in range(0, len(PAYLOAD), 1024):
            self.wfile.write(PAYLOAD[start:start + 1024])
            self.wfile.flush()
            time.sleep(0.01)

    def changed(self):
        if COUNTS[self.path] == 1:
            return self.reply(bytes(len(PAYLOAD)), stop=QUARTER, etag='"v1"')
        return self.serve()

    def changed_bare(self):
        if COUNTS[self.path] == 1:
            return self.reply(bytes(len(PAYLOAD)), stop=QUARTER, etag=None)
        return self.serve(etag=None)

    def empty(self):
        self.reply(b"")

    def crumbs(self):
        self.serve(body=40 * PAYLOAD, stop=40 * len(PAYLOAD) // 6)

    def endless(self):
        self.reply(PAYLOAD, announce=False)
        while True:
            self.wfile.write(PAYLOAD)

    def chatter(self):
        self.send_response(200)
        for number in itertools.count():
            self.send_header(f"X-{number}", "x" * 1000)
            self.flush_headers()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that leaves early is what some tests are about."""


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
