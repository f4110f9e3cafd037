"""An entry as other sites' programs read it (JSON-LD, schema.org), with what everybody may see and nothing else."""

from __future__ import annotations

from typing import Any

from flask import url_for

from community_book.base.settings import settings
from community_book.groups.views import GroupView


def linked_data(group: GroupView) -> dict[str, Any]:
    """A listed group as schema.org's NGO. Contacts and postcode stand there only where the group ticked them public."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NGO",
        "@id": settings().public_url + url_for("groups.show", reference=group.reference),
        "name": group.name,
        "description": group.what_we_do,
        "areaServed": [zone.name for zone in group.zones],
        "identifier": [number.org_id for number in group.identifiers],
        "keywords": [tag.label for tag in group.tags],
        "audience": {"@type": "Audience", "audienceType": group.who_for} if group.who_for else None,
        "sameAs": group.website,
    }
    if group.place_public and not group.confidential and group.postcode:
        found["address"] = {"@type": "PostalAddress", "postalCode": group.postcode, "addressCountry": "GB"}
    if group.contacts_public:
        found |= {"email": group.contact_email, "telephone": group.contact_telephone}
    return {name: value for name, value in found.items() if value}
