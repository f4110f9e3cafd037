"""The faults: each a small change of text that somebody could make by mistake, and the tests that must notice it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What goes wrong, in which file, what stood there (exactly once) and what stands there instead."""

    sentence: str
    path: str
    was: str
    becomes: str
    tests: tuple[str, ...]


FAULTS = (
    Fault(
        "more is taken from a pledge than is left of it",
        "cwb/pledges/actions/draw.py",
        "        Pledge.last_day >= today(),\n        Pledge.held + Pledge.committed + amount <= Pledge.amount,\n",
        "        Pledge.last_day >= today(),\n",
        ("tests/cwb/pledges/test_drawing.py::test_a_pledge_cannot_be_committed_beyond_what_is_left",),
    ),
    Fault(
        "more is promised to a need than it asks for",
        "community_book/needs/actions/drawing.py",
        "            or_(NeedPart.amount.is_(None), NeedPart.committed + amount <= NeedPart.amount),\n",
        "",
        ("tests/community_book/needs/test_drawing.py::test_more_than_is_left_cannot_be_promised",),
    ),
    Fault(
        "agreeing draws on the pledge and leaves out the need",
        "cwb/commitments/actions/agreeing.py",
        "    needs.draw_on_part(work, row.part_id, row.amount, rules.on_part(sessions))\n    scheme_id",
        "    scheme_id",
        (
            "tests/cwb/commitments/test_answering.py::test_accepting_an_offer_draws_on_both_sides_and_counts_as_committed",
        ),
    ),
    Fault(
        "an act is saved without its audit entry",
        "community_book/base/work.py",
        "        audit.write(session, session.entries)\n\n\ndef _refuse_second_sending",
        "\n\ndef _refuse_second_sending",
        ("tests/floor/test_audit.py::test_an_act_leaves_one_entry_that_says_who_as_whom_what_and_why",),
    ),
    Fault(
        "the head of the audit chain is not moved on, so that the chain forks",
        "community_book/base/audit.py",
        "    database.execute(update(AuditHead).values(sequence=sequence, hash=previous))\n",
        "    database.execute(update(AuditHead).values(sequence=sequence))\n",
        ("tests/floor/test_audit.py::test_the_checker_finds_an_export_whole_also_after_texts_were_erased",),
    ),
    Fault(
        "a form is taken without the token of the page it stands on",
        "community_book/web/form_keys.py",
        'if "csrf" not in session or not hmac.compare_digest(token.encode(), csrf_token().encode()):',
        'if "csrf" not in session:',
        (
            "tests/floor/test_speaking_http.py::test_a_form_without_the_token_of_the_page_does_nothing",
            "tests/floor/test_speaking_http.py::test_the_token_of_another_browser_does_nothing",
        ),
    ),
    Fault(
        "a form sent twice makes two records",
        "community_book/base/work.py",
        "        if actor.form_key is not None:\n            kind, _, reference = session.entries[0]",
        '        if actor.form_key == "":\n            kind, _, reference = session.entries[0]',
        ("tests/floor/test_working.py::test_a_form_sent_twice_makes_one_record",),
    ),
    Fault(
        "a group sees the promises made to other groups",
        "cwb/commitments/queries/scope.py",
        "        own.append(Commitment.group_id == actor.organisation_id)\n",
        "        own.append(true())\n",
        ("tests/cwb/commitments/test_reading.py", "tests/cwb/commitments/test_pages.py"),
    ),
    Fault(
        "a wrong verified delivery is reversed without an entry that takes it back",
        "cwb/deliveries/actions/figures.py",
        "    if back:\n",
        '    if back and act != "reverse":\n',
        ("tests/cwb/deliveries/test_verifying.py::test_a_wrong_verified_delivery_is_reversed_by_new_entries",),
    ),
    Fault(
        "what is confirmed and verified meets a need twice",
        "cwb/deliveries/rules/counting.py",
        "        return max(self.confirmed, self.verified)\n",
        "        return self.confirmed + self.verified\n",
        ("tests/cwb/deliveries/test_verifying.py::test_a_verified_delivery_is_followed_by_the_need_and_pledge",),
    ),
    Fault(
        "measures that could tell of single people are counted in the public figures",
        "cwb/reporting/queries/rolling_up.py",
        "        shown = [one for one in measures if not one.disclosive]\n",
        "        shown = list(measures)\n",
        ("tests/cwb/reporting/test_figures.py",),
    ),
    Fault(
        "a signed link is used twice",
        "community_book/people/actions/links.py",
        "SignedLink.id == actor.link_id, SignedLink.used_at_utc.is_(None), ",
        "SignedLink.id == actor.link_id, ",
        ("tests/community_book/people/test_links.py::test_a_link_is_used_once",),
    ),
    Fault(
        "anybody closes a quarter",
        "cwb/ledger/actions/closing.py",
        "    actor.must(CLOSE_PERIODS)\n    with transactions.work(actor) as work:\n        close_quarter",
        "    with transactions.work(actor) as work:\n        close_quarter",
        ("tests/cwb/ledger/test_periods.py::test_nobody_but_an_administrator_closes_a_quarter",),
    ),
    Fault(
        "what rounding leaves over of shared amounts is lost",
        "community_book/base/amounts.py",
        "    for place in by_remainder[: abs(total) - sum(parts)]:\n        parts[place] += 1\n",
        "",
        ("tests/unit/test_amounts.py::test_shares_of_the_whole_lose_nothing_and_a_reversal_undoes_them",),
    ),
    Fault(
        "a verifier decides about what they recorded themselves",
        "cwb/deliveries/rules/deciding.py",
        "    if person in hands.recorded_by:\n",
        "    if person in hands.recorded_by and appeal:\n",
        ("tests/cwb/deliveries/test_answering.py::test_what_somebody_recorded_is_checked_by_somebody_else",),
    ),
    Fault(
        "a group's word that an officer wrote down counts before the group could object",
        "cwb/deliveries/rules/counting.py",
        "_WORD_NOT_HEARD = frozenset({S.REPORTED, S.RECORDED_FOR, S.QUERIED})",
        "_WORD_NOT_HEARD = frozenset({S.REPORTED, S.QUERIED})",
        (
            "tests/cwb/deliveries/test_answering.py::test_a_word_written_down_for_a_group_counts_only_after_it_could_object",
        ),
    ),
    Fault(
        "something is booked in a quarter that is closed",
        "cwb/ledger/actions/booking.py",
        '                "period": open_quarter(quarter_of(day), closed),\n',
        '                "period": quarter_of(day),\n',
        ("tests/cwb/ledger/test_periods.py", "tests/cwb/deliveries/test_verifying.py"),
    ),
    Fault(
        "one verifier is enough, however large the amount",
        "cwb/deliveries/rules/deciding.py",
        "    return two_verifiers_above is not None and amount > two_verifiers_above\n",
        "    return False\n",
        ("tests/cwb/deliveries/test_verifying.py::test_above_the_threshold_the_first_decision_counts_nothing",),
    ),
    Fault(
        "officers read what was said to the safeguarding officers",
        "community_book/concerns/rules.py",
        'Permission("see_concerns", Role.SAFEGUARDING)',
        'Permission("see_concerns", Role.SAFEGUARDING, Role.OFFICER)',
        ("tests/community_book/concerns/test_concerns.py::test_for_every_other_role_there_are_no_concerns",),
    ),
    Fault(
        "two workers hand on the same event, each for itself",
        "community_book/base/dispatcher.py",
        "            .where(OutboxDelivery.id == delivery_id, OutboxDelivery.done_at_utc.is_(None))\n"
        "            .values(done_at_utc=now_utc(), tries=tries + 1),\n",
        "            .where(OutboxDelivery.id == delivery_id)\n"
        "            .values(done_at_utc=now_utc(), tries=tries + 1),\n",
        ("tests/floor/test_outbox.py::test_several_dispatchers_at_once_have_each_effect_once",),
    ),
)
