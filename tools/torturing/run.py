"""Tortures the site on one kind of database: what `tools/torture.py` starts twice."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tools.torturing import people_races, starving
from tools.torturing.crashes import Crashes
from tools.torturing.races import Races
from tools.torturing.site import NotReady
from tools.torturing.town import Findings, Town

FULL = os.environ.get("FULL") == "1"
LAST_ROUNDS = 200 if FULL else 4
DATE_ROUNDS = 20 if FULL else 2
RACE_ROUNDS = 100 if FULL else 4
KILLS = 500 if FULL else 12
POINT_TIMES = 50 if FULL else 1


def races(town: Town, findings: Findings) -> None:
    with town.site() as site:
        race = Races(town, site, findings, RACE_ROUNDS)
        race.last_unit(LAST_ROUNDS)
        race.last_date(DATE_ROUNDS)
        for one in (race.double_verify, race.reverse, race.same_form, race.withdraw_and_agree):
            one()
    said = site.breaches()
    findings.say(not said, "after the races, every rule and the audit chain", said or "hold")


def people(town: Town, findings: Findings) -> None:
    with town.site() as site:
        race = Races(town, site, findings, RACE_ROUNDS)
        for one in people_races.ALL:
            one(race)
    said = site.breaches()
    findings.say(not said, "after the races about people, every rule and the audit chain", said or "hold")


def kills(town: Town, findings: Findings) -> None:
    Crashes(town, findings).any_moment(KILLS)


def points(town: Town, findings: Findings) -> None:
    Crashes(town, findings).each_point(POINT_TIMES)


PARTS: dict[str, Callable[[Town, Findings], None]] = {
    "races": races,
    "people": people,
    "kills": kills,
    "points": points,
    "disks": starving.disks,
    "clocks": starving.clocks,
    "readers": starving.readers,
}


def torture(kind: str, folder: Path, database_url: str, only: str) -> Findings:
    findings = Findings(kind)
    town = Town(kind, folder, database_url)
    for name, part in PARTS.items():
        if only and name != only:
            continue
        started_at = time.monotonic()
        try:
            part(town, findings)
        except NotReady as why:
            findings.say(False, name, f"the site did not start: {why}")
        except Exception as why:  # noqa: BLE001 - the other parts are tried all the same
            findings.say(False, name, f"broke off: {type(why).__name__}: {why}")
        print(f"       {kind}: {name} took {time.monotonic() - started_at:.0f} s", flush=True)
    return findings


def main() -> int:
    kind, only = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory(prefix=f"community-book-torture-{kind}-") as made:
        folder = Path(made)
        if kind == "sqlite":
            findings = torture(kind, folder, f"sqlite:///{folder / 'borough.sqlite3'}", only)
        else:
            from tests.support.postgres import SAFE, NoPostgres, postgres_server

            try:
                with postgres_server(SAFE) as server:
                    findings = torture(kind, folder, server.create("torture"), only)
            except NoPostgres as why:
                findings = Findings(kind)
                findings.say(False, "PostgreSQL", str(why))
    print(f"{findings.passed} passed, {findings.failed} failed", flush=True)
    return 1 if findings.failed else 0


if __name__ == "__main__":
    sys.exit(main())
