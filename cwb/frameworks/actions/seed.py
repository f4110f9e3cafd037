"""The real facts of the framework this site began with, as its council published them. Nothing is invented:
where the source gives no date or leaves a gap, the facts say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.references import new_reference
from community_book.base.work import Work
from community_book.places.actions import add_scheme
from community_book.places.queries import schemes
from community_book.places.rules import NumberedZone
from cwb.frameworks.actions.frameworks import NewFact, NewLot, make_framework, put_facts
from cwb.frameworks.queries import lots_of
from cwb.frameworks.rules import MANAGE_FRAMEWORKS
from cwb.frameworks.tables import Framework, Lot

NAME = "The Deal 2030 Care and Support Ethical Framework"
BUYER = "Wigan Council and Wigan Borough Clinical Commissioning Group"
LOTS = (
    "Homecare Services",
    "End of life care",
    "Complex Health services",
    "Extra care",
    "Supported Living for people with Learning Disabilities, Autism or Physical Disabilities",
    "Supported Living for people with Mental Health needs",
    "Day Opportunities",
    "Non-personal care",
    "Complex Care Including Transforming care",
    "Homelessness Service",
    "Temporary and supported Accommodation",
    "Community Rehabilitation and Specialist services",
    "Adult respite",
    "Delegated Healthcare tasks Training",
    "Community care and support at night",
    "Direct payments and Personal budgets",
    "Children\N{RIGHT SINGLE QUOTATION MARK}s Services",
)
ZONE_SCHEME = "Homecare zones"
ZONES = 16
ZONES_FROM = date(2019, 4, 1)
SOURCE = "Wigan Council, The Deal 2030 Care and Support Ethical Framework (case study)"
NOTICES = "Planning notices of 10 March and 24 April 2026, ocds-h6vhtk-066686, Find a Tender"
UNDATED = "published about 2021; the source gives no date"
DESCRIPTION = (
    "Every admitted provider committed itself to community wealth building: to give something back to the "
    "borough. People who use services helped to write the specification and to choose the providers."
)

FACTS = (
    NewFact("interests", "Expressions of interest", 327, "providers", UNDATED, SOURCE),
    NewFact("applications", "Applications", 122, "providers", UNDATED, SOURCE),
    NewFact(
        "non_compliant",
        "Not compliant",
        4,
        "providers",
        UNDATED,
        SOURCE,
        "All from providers who neither came to the engagement event nor asked the procurement team beforehand.",
    ),
    NewFact(
        "moderated",
        "Moderated",
        117,
        "providers",
        UNDATED,
        SOURCE,
        "122 applications less 4 not compliant leaves 118. The source does not explain the one between 118 and 117.",
    ),
    NewFact("interviewed", "Invited to interview", 87, "providers", UNDATED, SOURCE),
    NewFact("admitted", "Admitted", 71, "providers", UNDATED, SOURCE),
    NewFact("admitted_before", "Admitted to the framework before", 45, "providers", UNDATED, SOURCE),
    NewFact(
        "homecare_rate",
        "Ethical rate for homecare, an hour",
        1540,
        "pence",
        "2019/20",
        SOURCE,
        "Includes the National Living Wage, travel, National Insurance and pension contributions, and holiday pay.",
    ),
    NewFact("advertised", "Advertised", 51, "days", UNDATED, SOURCE),
    NewFact(
        "expected_spend",
        "Spend expected through the framework",
        250_000_000_00,
        "pence",
        UNDATED,
        SOURCE,
        "“Approximately £250m”; it may rise as the health commissioner uses the framework more.",
    ),
    NewFact(
        "wealth_building_weight",
        "Weight of the community wealth building question",
        2000,
        "basis_points",
        UNDATED,
        SOURCE,
    ),
    NewFact("homecare_providers_before", "Homecare providers before the zones", 19, "providers", UNDATED, SOURCE),
    NewFact("homecare_providers", "Homecare providers in the 16 zones", 12, "providers", UNDATED, SOURCE),
    NewFact(
        "successor",
        "The framework after this one",
        None,
        "",
        "2026",
        NOTICES,
        "Planned from October 2026 to October 2036.",
    ),
)


@dataclass(frozen=True)
class SeedDone:
    """What loading the real facts did."""

    reference: str
    lots_added: int
    facts_changed: int


def load_seed_facts(work: Work) -> SeedDone:
    """Step: framework, 17 lots, 16 zones by number, and its history. Again, it changes nothing."""
    framework = work.execute(select(Framework).where(Framework.name == NAME)).scalar_one_or_none()
    lots_added = 0
    if framework is None:
        scheme_id = next((scheme.id for scheme in schemes(work) if scheme.name == ZONE_SCHEME), None)
        if scheme_id is None:
            zones = [NumberedZone(str(number), f"Zone {number}") for number in range(1, ZONES + 1)]
            source = f"{SOURCE}. It gives no date: that of the first rate is taken."
            scheme_id = add_scheme(work, ZONE_SCHEME, ZONES_FROM, zones, source)
        lots = [NewLot(str(number), title) for number, title in enumerate(LOTS, start=1)]
        framework = work.get_one(
            Framework,
            make_framework(work, NAME, buyer=BUYER, lots=lots, description=DESCRIPTION, zone_scheme_id=scheme_id),
        )
        lots_added = len(lots)
    else:
        known = {lot.number for lot in lots_of(work, framework.id)}
        for number, title in enumerate(LOTS, start=1):
            if str(number) not in known:
                work.add(
                    Lot(
                        reference=new_reference("L"),
                        framework_id=framework.id,
                        number=str(number),
                        position=number,
                        title=title,
                    )
                )
                lots_added += 1
        work.flush()
    return SeedDone(framework.reference, lots_added, put_facts(work, framework.id, FACTS))


def load_seed(actor: Actor) -> SeedDone:
    """Loads the real facts. Raises nothing where they are there already."""
    actor.must(MANAGE_FRAMEWORKS)
    with transactions.work(actor) as work:
        done = load_seed_facts(work)
        work.record(
            "framework.load_seed",
            f"framework:{done.reference}",
            facts={"lots_added": done.lots_added, "facts_changed": done.facts_changed},
        )
    return done
