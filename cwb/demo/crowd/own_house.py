"""What the made-up providers promise to do in their own houses, written by hand; `highest` is a year's amount.

For levels (a share on a date) `lowest` and `highest` are whole percents.
"""

from __future__ import annotations

from cwb.demo.crowd.texts import Text

OWN = (
    Text("conduct", "Buy our fruit, paint and printing round here",
         "Counted by the postcode on the invoice. The van from the city can stay there.", 4000, 24000, measure="PP1"),
    Text("conduct", "Uniforms and cleaning from borough firms",
         "Two contracts end this year; both will be let within eight miles.", 5000, 30000, measure="PP1"),
    Text("conduct", "Spend with co-operatives and social firms",
         "Catering, removals and our newsletter, to begin with.", 2000, 12000, measure="PP2"),
    Text("conduct", "Small traders first",
         "For anything under a thousand pounds we ask three firms here before we look elsewhere.",
         3000, 15000, measure="PP3"),
    Text("conduct", "Pay local invoices within the month",
         "Small firms are not our bank.", 85, 98, measure="PP4"),
    Text("conduct", "Teach our buyers to spot forced labour",
         "Everybody who signs an order does the half day.", 4, 20, measure="PP7"),
    Text("conduct", "The real Living Wage for all hours",
         "Travel between visits is work. So is waiting.", 85, 100, measure="FE1"),
    Text("conduct", "Guaranteed hours for all who want them",
         "Some like to choose week by week. Nobody has to.", 80, 98, measure="FE2"),
    Text("conduct", "Paid travel and sick pay",
         "From the first day of the contract, for carers and cleaners alike.", 75, 100, measure="FE3"),
    Text("conduct", "Recruit from these streets",
         "Evening sessions in the library, no form to fill in beforehand.", 4, 24, measure="FE4"),
    Text("jobs", "Apprentices in care and in the kitchen",
         "A mentor, a travel pass and the college day protected.", 1, 5, measure="FE5"),
    Text("jobs", "Open the door to people who were told no",
         "Interviews by doing the work for a morning, paid.", 1, 4, measure="FE6"),
    Text("conduct", "Bring an empty flat back to life",
         "Above the old shop on the corner: two bedrooms, supported tenancy, dry at last.", 1, 4, measure="LA6"),
    Text("conduct", "Credit union at the payroll desk",
         "Fill in one card and save before you see it.", 5, 40, measure="FP2"),
    Text("conduct", "Put a share of the surplus back here",
         "Decided with our staff council, spent on things people can point at.", 3000, 25000, measure="FP5"),
    Text("conduct", "Help a carer start her own small firm",
         "A year of mentoring, our solicitor's afternoon, and first refusal on our gardens.", 1, 3, measure="PO1"),
    Text("conduct", "Steps towards a share for everybody who works here",
         "Feasibility, a vote, a trust deed: one at a time, in the open.", 1, 4, measure="PO2"),
    Text("conduct", "Share work with user-led organisations",
         "Training, quality checks and peer support, at the rate we would pay anyone.", 2000, 14000, measure="PO3"),
    Text("conduct", "Seats with a vote for people we support",
         "Papers in pictures, meetings after lunch, fares paid.", 2, 12, measure="PO4"),
    Text("conduct", "Walk with people to their first club night",
         "And the second, which is the one that counts.", 6, 40, measure="PO8"),
    Text("conduct", "Local butchers, bakers and window cleaners",
         "Our cooks wrote the list. It has eleven names on it and a drawing of a sausage.", 3000, 18000, measure="PP3"),
    Text("conduct", "Hire for kindness, teach the rest",
         "We advertise at the school gate and the chip shop now.", 3, 18, measure="FE4"),
)  # fmt: skip
