"""Plans the crowd of a borough: so many bodies, needs and pledges around those of the small one."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.people import passwords
from community_book.places.queries import schemes_in_use
from cwb.demo.borough import Borough
from cwb.demo.crowd import bodies, lives, own
from cwb.demo.crowd.chronicle import Chronicle
from cwb.demo.crowd.pledging import Ground, finish
from cwb.demo.needs import NEEDS
from cwb.demo.organisations import GROUPS, PASSWORD, PROVIDERS
from cwb.demo.pledges import PLEDGES
from cwb.demo.zones import made_up_zones
from cwb.frameworks.queries import admissions_of
from cwb.pillars.queries import measures


@dataclass(frozen=True)
class Size:
    """How many there are in all, the small borough's own among them; the rest is there `times` over."""

    providers: int
    groups: int
    needs: int
    pledges: int
    times: int = 1


BOROUGH = Size(providers=71, groups=300, needs=600, pledges=900)
REGION = Size(
    providers=BOROUGH.providers + len(PROVIDERS),
    groups=BOROUGH.groups + len(GROUPS),
    needs=BOROUGH.needs + len(NEEDS),
    pledges=BOROUGH.pledges + len(PLEDGES),
    times=100,
)
"""A hundred boroughs and the small one beside them."""
FOUNDED_WEEK = -113
"""The week the big borough begins in: two years of acts, and a little before."""
OWN_SHARE = 0.3


def gather(borough: Borough, seed: int, size: Size) -> Chronicle:
    """Everybody and everything of the crowd, not yet written."""
    c = Chronicle(borough, seed)
    c.password_hash = passwords.hash_password(PASSWORD)
    with borough.reading() as reading:
        scheme = schemes_in_use(reading, borough.as_of)[0].id
        known = {measure.code: measure for measure in measures(reading)}
        first = admissions_of(reading, borough.organisation_ids[PROVIDERS[0].key], borough.as_of)[0]
    framework_id = first.framework_id
    providers = bodies.providers(c, size.providers - len(PROVIDERS), framework_id, c.day(FOUNDED_WEEK + 8))
    postcodes = {zone.number: zone.postcodes for zone in made_up_zones(seed)}
    groups = bodies.groups(c, size.groups - len(GROUPS), scheme, postcodes)
    ground = Ground(framework_id, scheme, known, providers)
    wanted = size.pledges - len(PLEDGES)
    own.own_conduct(c, ground, round(wanted * OWN_SHARE))
    lives.play(c, ground, groups, size.needs - len(NEEDS))
    own.free_offers(c, ground, wanted - len(ground.all_promised))
    finish(c, ground)
    return c
