"""Asks a virus scanner (clamd) about a file before it is kept: its INSTREAM command, over TCP or a Unix socket.

The answer is taken strictly: only "stream: OK" means that nothing was found. A scanner that does not answer, answers
something else or takes too long is as good as away, and then nothing is kept.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from contextlib import suppress

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 30.0
PING_SECONDS = 1.0
PIECE_BYTES = 1 << 16
ANSWER_BYTES = 1_024
TOO_LARGE = b"INSTREAM size limit exceeded. ERROR"

_FOUND = re.compile(rb"stream: ([\x21-\x7e]{1,200}) FOUND")


class ScannerAway(Exception):
    """The scanner did not say whether the file is clean."""


class TooLargeToScan(Exception):
    """The file is larger than what the scanner takes."""


def find_virus(address: str, content: bytes) -> str:
    """The name of what was found in the content, "" where nothing was.

    `address` is host:port or the path of a Unix socket. Raises ScannerAway and TooLargeToScan.
    """
    answer = _ask(address, b"zINSTREAM\0", content, ANSWER_SECONDS)
    if answer == b"stream: OK":
        return ""
    if answer == TOO_LARGE:
        raise TooLargeToScan
    found = _FOUND.fullmatch(answer)
    if found is None:
        raise ScannerAway
    return found[1].decode("ascii")


def scanner_answers(address: str) -> bool:
    """Whether the scanner is there: for /ready and `flask deploy-check`."""
    try:
        return _ask(address, b"zPING\0", None, PING_SECONDS) == b"PONG"
    except ScannerAway:
        return False


def _ask(address: str, command: bytes, content: bytes | None, seconds: float) -> bytes:
    """The scanner's answer without its final NUL, within so many seconds in all."""
    until = time.monotonic() + seconds
    try:
        with _connected(address, min(CONNECT_SECONDS, seconds)) as line:
            # A scanner that has had enough answers and hangs up: its answer is read all the same.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(line, command, until)
                if content is not None:
                    for start in range(0, len(content), PIECE_BYTES):
                        piece = content[start : start + PIECE_BYTES]
                        _send(line, struct.pack("!L", len(piece)) + piece, until)
                    _send(line, struct.pack("!L", 0), until)
            return _received(line, until)
    except OSError as error:
        raise ScannerAway from error


def _connected(address: str, seconds: float) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _send(line: socket.socket, said: bytes, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(said)


def _received(line: socket.socket, until: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0"):
        line.settimeout(_left(until))
        piece = line.recv(ANSWER_BYTES)
        if not piece or len(answer) + len(piece) > ANSWER_BYTES:
            raise ScannerAway
        answer += piece
    return answer[:-1]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise ScannerAway
    return left
