"""What must always be true of admissions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from community_book.base.registered import Breach
from community_book.places.tables import Zone
from cwb.frameworks.rules import AdmissionState, UnmatchedState
from cwb.frameworks.tables import Admission, AdmissionLot, AdmissionZone, Framework, Lot, UnmatchedSupplier


def framework_breaches(reading: Session) -> Sequence[Breach]:
    """Lots and zones are of the admission's framework, states say what dates and reasons say."""
    strange_lots = (
        select(Admission.reference)
        .join(AdmissionLot, AdmissionLot.admission_id == Admission.id)
        .join(Lot, Lot.id == AdmissionLot.lot_id)
        .where(Lot.framework_id != Admission.framework_id)
        .order_by(Admission.id)
    )
    strange_zones = (
        select(Admission.reference)
        .join(AdmissionZone, AdmissionZone.admission_id == Admission.id)
        .join(Zone, Zone.id == AdmissionZone.zone_id)
        .join(Framework, Framework.id == Admission.framework_id)
        .where(or_(Framework.zone_scheme_id.is_(None), Zone.scheme_id != Framework.zone_scheme_id))
        .order_by(Admission.id)
    )
    suspended = Admission.state == str(AdmissionState.SUSPENDED)
    ended = Admission.state == str(AdmissionState.ENDED)
    untold = (
        select(Admission.reference)
        .where(
            or_(
                and_(suspended, Admission.suspension_class == ""),
                and_(~suspended, Admission.suspension_class != ""),
                and_(ended, Admission.ends_on.is_(None)),
            )
        )
        .order_by(Admission.id)
    )
    lost = (
        select(UnmatchedSupplier.reference)
        .where(
            (UnmatchedSupplier.state == str(UnmatchedState.MATCHED)) != UnmatchedSupplier.organisation_id.is_not(None)
        )
        .order_by(UnmatchedSupplier.id)
    )
    return [
        *(
            Breach("an admission's lots are of its framework", f"admission:{reference}", "has a lot of another")
            for reference in reading.execute(strange_lots).scalars()
        ),
        *(
            Breach(
                "an admission's zones are of its framework", f"admission:{reference}", "has a zone of another scheme"
            )
            for reference in reading.execute(strange_zones).scalars()
        ),
        *(
            Breach("an admission's state says what is", f"admission:{reference}", "its dates or class contradict it")
            for reference in reading.execute(untold).scalars()
        ),
        *(
            Breach("a matched supplier names its organisation", f"unmatched:{reference}", "does not")
            for reference in reading.execute(lost).scalars()
        ),
    ]
