"""What the made-up providers do in their own houses: jobs, wages, spending, ownership."""

from __future__ import annotations

from collections.abc import Iterator

from cwb.deliveries import actions as deliveries
from cwb.deliveries.rules import Answer
from cwb.demo.borough import Borough, Day, Story
from cwb.demo.telling import reject, report_own, sheet, verify, verify_part

HOUR = 60
POUND = 100


def apprentices(b: Borough) -> Iterator[Day]:
    """Two begun, one leaves in week nine, one counts after thirteen weeks."""
    yield Day(-28, 0)
    delivery = b.deliveries["apprentices"] = report_own(
        b, "apprentices", "Two began on Monday.", amount=2,
        files=[sheet("College confirmation", [("reference", "level"), ("AP-1", "2"), ("AP-2", "2")])],
    )  # fmt: skip
    yield Day(-19, 3)
    deliveries.leave_out(b.person("provider.lead"), delivery, Answer(amount=1, reason="One left in week nine."))
    yield Day(-14, 1)
    verify(b, delivery, basis="documents")


def own_house(b: Borough) -> Iterator[Day]:
    """Levels, local spend above a baseline, jobs, ownership: done in the provider's own house."""
    yield Day(-47, 1)
    first = report_own(b, "localspend", "Suppliers trading from the borough.", amount=14_000 * POUND)
    b.deliveries["spend-1"] = first
    yield Day(-46, 1)
    verify(b, first, basis="documents")
    yield Day(-40, 1)
    step = b.deliveries["ownership-1"] = report_own(b, "ownership", "The trust deed is signed.", amount=1)
    yield Day(-39, 0)
    verify(b, step, basis="register")
    yield Day(-36, 2)
    second = report_own(b, "localspend", "Suppliers trading from the borough.", amount=20_000 * POUND)
    b.deliveries["spend-2"] = second
    yield Day(-35, 0)
    verify(b, second, basis="documents")
    yield Day(-33, 2)
    b.deliveries["jobs-1"] = report_own(b, "localjobs", "Twelve began this quarter.", amount=12)
    yield Day(-26, 1)
    wage = b.deliveries["wage-1"] = report_own(b, "livingwage", "From the payroll.", level=(38, 50))
    yield Day(-25, 0)
    verify(b, wage, basis="documents")
    yield Day(-19, 0)
    verify(b, b.deliveries["jobs-1"], basis="documents")
    yield Day(-18, 1)
    spend = report_own(b, "localspend", "Suppliers trading from the borough.", amount=18_000 * POUND)
    b.deliveries["spend-3"] = spend
    yield Day(-17, 0)
    verify(b, spend, basis="documents")
    yield Day(-17, 1)
    verify_part(b, spend, 3_000 * POUND, "One supplier trades from the next borough.", by="verifier.two")
    yield Day(-12, 1)
    hours = b.deliveries["guaranteed"] = report_own(b, "guaranteed", "From the contracts.", level=(37, 40))
    yield Day(-11, 1)
    verify(b, hours, basis="documents")
    yield Day(-8, 1)
    filing = b.deliveries["ownership-2"] = report_own(b, "ownership", "First trustee elected by the staff.", amount=1)
    yield Day(-7, 0)
    reject(b, filing, "Nothing is on the register yet. Report it again when it is.")
    yield Day(-6, 1)
    deliveries.reverse(b.person("verifier.two"), b.deliveries["jobs-1"], reason="One of the twelve was counted twice.")
    yield Day(-6, 2)
    b.deliveries["jobs-2"] = report_own(b, "localjobs", "Eleven, who began in spring.", amount=11)
    yield Day(-5, 0)
    b.deliveries["voices"] = report_own(b, "voices", "Two joined the board.", amount=2)
    yield Day(-4, 2)
    wage = b.deliveries["wage-2"] = report_own(b, "livingwage", "From the payroll.", level=(43, 50))
    yield Day(-3, 0)
    verify(b, wage, basis="documents")
    yield Day(-3, 1)
    b.deliveries["spend-4"] = report_own(b, "localspend", "Printing and winter coats.", amount=6_000 * POUND)
    yield Day(-2, 1)
    verify(b, b.deliveries["spend-4"], basis="documents")


STORIES: tuple[Story, ...] = (apprentices, own_house)
