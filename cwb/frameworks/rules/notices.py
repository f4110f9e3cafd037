"""Published notices: OCDS 1.1 release packages as Find a Tender and Contracts Finder give them out.

Only what is used is kept of a release; contact points of people are left behind. What is wrong comes back
as lines that name the release and the place in it. Sources: OCDS 1.1.5, the lots and UK extensions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from community_book.base.clock import LONDON
from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow, NoTable, as_text
from cwb.frameworks.rules.looking import Look
from cwb.frameworks.rules.shapes import FileRead, ReleaseRead
from cwb.frameworks.rules.spreadsheet import LOT_CODE_AT_MOST, NAME_AT_MOST, TITLE_AT_MOST

RELEASES_AT_MOST = 1_000
LINES_AT_MOST = 200
BEYOND_NUMBERS = 400
"""More digits than this in one number is no notice; it would only take time."""


class _Twice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _whole(digits: str) -> int:
    if len(digits) > BEYOND_NUMBERS:
        raise ValueError(digits[:20])
    return int(digits)


def read_notices(content: bytes) -> FileRead:
    """The releases of a package, by ocid, each in its compact form. Nothing a file holds raises."""
    try:
        package = json.loads(as_text(content), object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole)
    except _Twice as twice:
        return _refused(
            Message(N_("The name “%(name)s” stands twice in one object of the file."), name=str(twice)[:60])
        )
    except RecursionError:
        return _refused(Message(N_("The file is nested too deeply to be a notice.")))
    except json.JSONDecodeError as error:
        return _refused(
            Message(N_("The file is not whole JSON: something is wrong in line %(line)s."), line=error.lineno)
        )
    except NoTable as no_text:
        return _refused(no_text.message)
    except ValueError:
        return _refused(Message(N_("The file holds a number that is none.")))
    if not isinstance(package, dict):
        return _refused(Message(N_("The file is JSON, but no release package: it must be an object with “releases”.")))
    if "releases" not in package and "ocid" in package:
        package = {"releases": [package]}
    if "records" in package and "releases" not in package:
        return _refused(
            Message(N_("This is a record package. Download the release package of the same ocid, and import that."))
        )
    releases = package.get("releases")
    if not isinstance(releases, list):
        return _refused(Message(N_("The file is JSON, but no release package: “releases” must be a list.")))
    if not releases:
        return _refused(Message(N_("The package holds no releases.")))
    if len(releases) > RELEASES_AT_MOST:
        return _refused(
            Message(
                N_("The package holds more than %(most)s releases. Divide it and try again."), most=RELEASES_AT_MOST
            )
        )
    return _read_all(releases)


def _refused(message: Message) -> FileRead:
    return FileRead(bad=(BadRow(0, message),))


def _read_all(releases: list[Any]) -> FileRead:
    by_ocid: dict[str, dict[str, ReleaseRead]] = {}
    bad: list[BadRow] = []
    warnings: list[Message] = []
    for place, given in enumerate(releases):
        look = Look(f"releases[{place}]")
        release = _release(look, given)
        bad += [BadRow(0, message) for message in look.wrong]
        warnings += look.warnings
        if release is None or look.wrong:
            continue
        known = by_ocid.setdefault(release.ocid, {})
        if release.release in known and known[release.release] != release:
            bad.append(
                BadRow(
                    0, Message(N_("Release %(id)s is in the file twice, with different content."), id=release.release)
                )
            )
        known[release.release] = release
    if len(bad) > LINES_AT_MOST:
        more = len(bad) - LINES_AT_MOST
        bad = [*bad[:LINES_AT_MOST], BadRow(0, Message(N_("and %(more)s more"), more=more))]
    return FileRead(
        releases={ocid: tuple(found.values()) for ocid, found in by_ocid.items()},
        warnings=tuple(dict.fromkeys(warnings)),
        bad=tuple(bad),
    )


def _release(look: Look, given: Any) -> ReleaseRead | None:
    if not isinstance(given, dict):
        look.say(Message(N_("must be an object")))
        return None
    ocid = look.text(given, "ocid", 60, needed=True)
    identifier = look.text(given, "id", 80, needed=True)
    at = _moment(look, given, "date", needed=True)
    look.named(identifier)
    if look.text(given, "initiationType", 40) == "":
        look.warn(
            Message(N_("Release %(id)s does not say its initiationType. It is taken in all the same."), id=identifier)
        )
    tender = look.object(given, "tender")
    content = {
        "name": look.text(tender, "title", TITLE_AT_MOST),
        "description": look.text(tender, "description", 20_000, lines=True)[:2_000],
        **_period(look, tender),
        "buyer": _organisation(look, look.object(given, "buyer")),
        "lots": [_lot(look, lot) for lot in look.objects(tender, "lots")],
        "parties": [_party(look, party) for party in look.objects(given, "parties")],
        "awards": [_award(look, award, at) for award in look.objects(given, "awards")],
    }
    if look.wrong or at is None:
        return None
    return ReleaseRead(ocid, identifier, at, {"at": at, **content})


def _period(look: Look, tender: Mapping[str, Any]) -> dict[str, Any]:
    techniques = look.object(tender, "techniques")
    period = look.object(look.object(techniques, "frameworkAgreement"), "period")
    return {"starts": _day(look, period, "startDate"), "ends": _day(look, period, "endDate")}


def _lot(look: Look, lot: Mapping[str, Any]) -> dict[str, Any]:
    period = look.object(lot, "contractPeriod")
    return {
        "id": look.text(lot, "id", LOT_CODE_AT_MOST, needed=True, number=True),
        "title": look.text(lot, "title", TITLE_AT_MOST),
        "status": look.text(lot, "status", 40),
        "starts": _day(look, period, "startDate"),
        "ends": _day(look, period, "endDate"),
    }


def _organisation(look: Look, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": look.text(given, "id", 120, number=True), "name": look.text(given, "name", NAME_AT_MOST)}


def _party(look: Look, party: Mapping[str, Any]) -> dict[str, Any]:
    identifiers = []
    for given in [look.object(party, "identifier"), *look.objects(party, "additionalIdentifiers")]:
        scheme = look.text(given, "scheme", 40)
        value = look.text(given, "id", 60, number=True)
        if scheme and value:
            identifiers.append([scheme, value])
    name = look.text(party, "name", NAME_AT_MOST)
    return {
        "id": look.text(party, "id", 120, needed=True, number=True),
        "name": name or look.text(look.object(party, "identifier"), "legalName", NAME_AT_MOST),
        "roles": look.texts(party, "roles", 40) if party.get("roles") is not None else None,
        "identifiers": identifiers,
    }


def _award(look: Look, award: Mapping[str, Any], released: str | None) -> dict[str, Any]:
    amendments = [
        {
            "id": look.text(amendment, "id", 80, number=True),
            "added": [_organisation(look, one) for one in look.objects(amendment, "suppliersAdded")],
            "removed": [_organisation(look, one) for one in look.objects(amendment, "suppliersRemoved")],
        }
        for amendment in look.objects(award, "amendments")
    ]
    return {
        "id": look.text(award, "id", 80, needed=True, number=True),
        "status": look.text(award, "status", 40),
        "date": _day(look, award, "date"),
        "suppliers": [_organisation(look, one) for one in look.objects(award, "suppliers")],
        "lots": look.texts(award, "relatedLots", LOT_CODE_AT_MOST) if award.get("relatedLots") is not None else None,
        "amendments": [one for one in amendments if one["added"] or one["removed"]],
    }


def _moment(look: Look, given: Mapping[str, Any], name: str, *, needed: bool = False) -> str | None:
    """A moment as UTC text that sorts; a day alone is its beginning."""
    text = look.text(given, name, 40, needed=needed)
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
        if not 1900 <= read.year <= 2200:
            raise ValueError
        if read.tzinfo is None:
            read = read.replace(tzinfo=LONDON)
        return read.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        look.say(Message(N_("%(name)s is “%(typed)s”, which is no date"), name=name, typed=text))
        return None


def _day(look: Look, given: Mapping[str, Any], name: str) -> str | None:
    """The calendar day in England of a moment, as 2026-10-06."""
    moment = _moment(look, given, name)
    return datetime.fromisoformat(moment).astimezone(LONDON).date().isoformat() if moment else None
