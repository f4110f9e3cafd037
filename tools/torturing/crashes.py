"""Power cuts: SIGKILL while people write, at any moment and at each named point; then everything is looked at.

What must hold: what was answered "done" is there; what was not is there whole or not at all; every rule and the audit
chain hold; the site is ready again within five seconds of its start.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.benching.visitor import Answer, Form, Visitor
from tools.torturing.clients import KEPT, form_to, send_once
from tools.torturing.site import NO_START, Site, Start
from tools.torturing.town import Findings, Town
from tools.torturing.wrapped import POINTS

if TYPE_CHECKING:
    from tests.makers_commitments import Pair

WRITERS = 4
READY_SECONDS = 5
WORKERS_POINTS = ("in the hands of a subscriber", "after a subscriber")


@dataclass
class Writer:
    """Somebody who writes messages on a promise, each with words of its own, and remembers which were answered."""

    browser: Visitor
    form: Form
    told: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def write(self) -> Answer | None:
        words = f"We shall be there at ten. {secrets.token_hex(8)}"
        self.tried.append(words)
        answer = send_once(self.browser, self.form.action, self.form.filled(text=words, _key=secrets.token_urlsafe(24)))
        if answer is not None and answer.status == KEPT:
            self.told.append(words)
        elif answer is not None and answer.status >= 500 and answer.status != 503:
            self.strange.append(f"{answer.status} {answer.said}")
        return answer

    def write_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if self.write() is None:
                time.sleep(0.02)


class Crashes:
    """Kills on one town."""

    def __init__(self, town: Town, findings: Findings) -> None:
        from tests.makers_commitments import make_commitment, make_pair

        self.town, self.findings = town, findings
        self.pairs: list[tuple[Pair, str]] = []
        for _ in range(WRITERS):
            pair = make_pair()
            self.pairs.append((pair, make_commitment(pair)))

    def writers(self, site: Site) -> list[Writer]:
        found = []
        for pair, commitment in self.pairs:
            browser = self.town.browser(site, pair.asking)
            found.append(Writer(browser, form_to(browser.get(f"/promises/{commitment}"), "/messages")))
            browser.close()
        return found

    def lost(self, writers: list[Writer]) -> list[str]:
        """What is not as it must be with the messages of these writers."""
        there = {str(row[0]) for row in self.town.ask("SELECT text FROM commitment_messages")}
        missing = [words for writer in writers for words in writer.told if words not in there]
        ((messages, entries),) = self.town.ask(
            "SELECT (SELECT count(*) FROM commitment_messages), "
            "(SELECT count(*) FROM audit_entries WHERE act = 'commitment.write')"
        )
        wrong = [f"{len(missing)} answered and lost"] if missing else []
        if messages != entries:
            wrong.append(f"{messages} messages, {entries} audit entries")
        return wrong + [said for writer in writers for said in writer.strange[:1]]

    # --- at any moment ------------------------------------------------------------------------------

    def any_moment(self, rounds: int) -> None:
        """SIGKILL for one web process, for the whole web server, for the worker, or for all, while four write."""
        chosen = random.Random(rounds)  # noqa: S311 - so that the same moments can be tried again
        wrong: list[str] = []
        starts: list[Start] = []
        with self.town.site() as site:
            writers = self.writers(site)
            for place in range(rounds):
                stop = threading.Event()
                threads = [threading.Thread(target=writer.write_until, args=(stop,)) for writer in writers]
                for thread in threads:
                    thread.start()
                time.sleep(chosen.uniform(0.05, 0.5))
                which = place % 4
                if which == 0:
                    site.kill_one_web_process()
                else:
                    names = {1: ["web"], 2: ["worker"], 3: ["web", "worker"]}[which]
                    for name in names:
                        site.kill(name)
                    stop.set()
                    starts.append(site.start(*names))
                stop.set()
                for thread in threads:
                    thread.join()
                wrong += [f"kill {place + 1}: {said}" for said in self.lost(writers)]
            done, tried = sum(len(one.told) for one in writers), sum(len(one.tried) for one in writers)
        said = site.breaches()
        if said:
            wrong.append(said)
        slowest = max(starts, key=lambda start: start.judged, default=NO_START)
        if slowest.judged > READY_SECONDS:
            wrong.append(f"ready only after {slowest}")
        found = f"{done} of {tried} sendings answered, none lost, ready after at most {slowest}"
        self.findings.say(
            not wrong and done > 0, f"{rounds} kills while {WRITERS} write", "; ".join(wrong[:3]) or found
        )

    # --- at each point ------------------------------------------------------------------------------

    def each_point(self, times: int) -> None:
        for point in POINTS:
            wrong: list[str] = []
            for place in range(times):
                wrong += self._die_at(point, place)
            self.findings.say(
                not wrong, f"killed {point}, {times} times", "; ".join(wrong[:3]) or "whole or not at all"
            )
        said = self.town.site().breaches()
        self.findings.say(not said, "after all points, every rule and the audit chain", said or "hold")

    def _die_at(self, point: str, place: int) -> list[str]:
        flag = self.town.folder / f"died-{POINTS.index(point)}-{place}-{secrets.token_hex(4)}"
        with self.town.site({"TORTURE_DIE_AT": point, "TORTURE_DIED": str(flag)}) as site:
            writer = self.writers(site)[0]
            if "file" in point:
                return self._with_a_file(site, flag)
            answer = writer.write()
            words = writer.tried[0]
            if point in WORKERS_POINTS:
                return self._by_the_worker(site, flag, writer)
            if not flag.exists():
                return [f"nobody died: {answer.status if answer else 'no answer'}"]
            wrong = self.lost([writer])
            there = bool(self.town.ask("SELECT 1 FROM commitment_messages WHERE text = :words", words=words))
            if answer is not None:
                wrong.append(f"answered {answer.status} by a process that was dead")
            if there != (point == "after the commit"):
                wrong.append(f"the message is {'there' if there else 'not there'}")
            again = self._until_answered(writer)
            if again is None or again.status != KEPT:
                wrong.append("it did not go on by itself")
            return wrong

    def _until_answered(self, writer: Writer) -> Answer | None:
        """The server starts another process by itself."""
        give_up_at = time.monotonic() + READY_SECONDS
        while (answer := writer.write()) is None and time.monotonic() < give_up_at:
            time.sleep(0.05)
        return answer

    def _by_the_worker(self, site: Site, flag: object, writer: Writer) -> list[str]:
        """The worker dies over an event; started again, it hands on everything, and each once."""
        give_up_at = time.monotonic() + 20
        with suppress(KeyError):
            while site.processes["worker"].poll() is None and time.monotonic() < give_up_at:
                time.sleep(0.05)
        if site.processes["worker"].poll() is None:
            return ["the worker did not die"]
        site.kill("worker")
        site.start("worker")
        while (waiting := self._waiting()) and time.monotonic() < give_up_at + 20:
            time.sleep(0.1)
        return self.lost([writer]) + ([f"{waiting} events still wait"] if waiting else [])

    def _waiting(self) -> int:
        return int(self.town.ask("SELECT count(*) FROM outbox_deliveries WHERE done_at_utc IS NULL")[0][0])

    def _with_a_file(self, site: Site, flag: object) -> list[str]:
        """A report with a file: it is there with its file, or neither is."""
        from pathlib import Path

        pair, commitment = self.pairs[0]
        browser = self.town.browser(site, pair.offering)
        address = f"/promises/{commitment}/what-happened"
        form = form_to(browser.get(address), "/what-happened")
        (before,) = self.town.ask("SELECT count(*) FROM deliveries")[0]
        answer = report_with_file(browser, form, secrets.token_hex(20).encode())
        if not Path(str(flag)).exists():
            return [f"nobody died: {answer.status if answer else 'no answer'} {answer.said if answer else ''}"]
        (after,) = self.town.ask("SELECT count(*) FROM deliveries")[0]
        return [] if answer is None and after == before else [f"{after - before} reports, {answer}"]


def report_with_file(browser: Visitor, form: Form, content: bytes) -> Answer | None:
    """Sends a report of an hour today with a small table, as a browser sends a form with files."""
    import http.client

    from community_book.base.clock import today
    from tools.benching.visitor import HOST

    day = today()
    fields = form.filled(
        **{"amount": "1 h", "what_happened": "An evening.", "happened_on-day": day.day, "happened_on-month": day.month,
           "happened_on-year": day.year, "_key": secrets.token_urlsafe(24)}
    )  # fmt: skip
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]
    body = "".join(parts).encode()
    body += b'--b\r\nContent-Disposition: form-data; name="files"; filename="who-came.csv"\r\n'
    body += b"Content-Type: text/csv\r\n\r\nday,people\n" + content + b",4\n\r\n--b--\r\n"
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        "Content-Type": "multipart/form-data; boundary=b",
        "Origin": f"http://{HOST}:{browser.port}",
    }
    connection = http.client.HTTPConnection(HOST, browser.port, timeout=30)
    try:
        connection.request("POST", form.action, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return Answer(form.action, answer.status, dict(answer.headers.items()), text, 0.0)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
