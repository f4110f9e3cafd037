"""A virus scanner that speaks clamd's INSTREAM over a real socket: it finds the test string of all scanners."""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FINDING = "Eicar-Test-Signature"
PIECES = ("X5O!P%@AP[4", "\\", "PZX54(P^)7CC)7}$", "EICAR", "-STANDARD-", "ANTIVIRUS-TEST-FILE!", "$H+H*")


def test_virus() -> bytes:
    """The harmless file every scanner calls a virus, put together here so that no scanner finds it in this one."""
    return "".join(PIECES).encode()


test_virus.__test__ = False  # type: ignore[attr-defined]


class FakeClamd:
    """What it was asked about, and how it answers: `answer` makes the bytes sent back, None hangs up without any."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []
        self.answer: Callable[[bytes], bytes | None] = honest
        self.seconds = 0.0
        self.most = 1 << 40

    def speak(self, stream: socketserver.StreamRequestHandler) -> None:
        command = _until_nul(stream)
        time.sleep(self.seconds)
        if command == b"zPING":
            stream.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM", command
        content = b""
        while size := struct.unpack("!L", stream.rfile.read(4))[0]:
            content += stream.rfile.read(size)
            if len(content) > self.most:
                stream.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.scanned.append(content)
        said = self.answer(content)
        if said is not None:
            stream.wfile.write(said)


def honest(content: bytes) -> bytes:
    """As clamd answers."""
    return f"stream: {FINDING} FOUND\0".encode() if test_virus() in content else b"stream: OK\0"


def _until_nul(stream: socketserver.StreamRequestHandler) -> bytes:
    said = b""
    while (letter := stream.rfile.read(1)) not in {b"\0", b""}:
        said += letter
    return said


@contextmanager
def fake_clamd(socket: Path | None = None) -> Iterator[tuple[FakeClamd, str]]:
    """The scanner and its address, while it runs: at a free port, or at the path of a Unix socket."""
    scanner = FakeClamd()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            scanner.speak(self)

    class Quiet:
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """Whoever asks may hang up."""

    if socket is None:
        server: socketserver.BaseServer = type("Tcp", (Quiet, socketserver.ThreadingTCPServer), {})(
            ("127.0.0.1", 0), Handler
        )
        address = f"127.0.0.1:{server.server_address[1]}"
    else:
        server = type("Unix", (Quiet, socketserver.ThreadingUnixStreamServer), {})(str(socket), Handler)
        address = str(socket)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield scanner, address
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
