"""A picture that is nearly that of another report is pointed out to the verifier, and counts nothing down."""

from __future__ import annotations

import re

from sqlalchemy import select

from community_book.base import work
from community_book.base.tables import StoredFile
from cwb.deliveries import actions
from cwb.deliveries.actions.evidence import KeptFiles
from cwb.deliveries.queries.alike import similar_picture_elsewhere
from cwb.deliveries.rules import Flag
from tests.cwb.deliveries.conftest import counted, text
from tests.makers_commitments import make_pair
from tests.makers_deliveries import a_file, make_delivery, row_of
from tests.makers_pictures import CHANGES, a_scene, saved


def a_picture(number: int, change: str = "", name: str = "hall.jpg"):
    picture = a_scene(number)
    return a_file(name, saved(CHANGES[change](picture) if change else picture))


def two_reports(first, second):
    """Two reports of different amounts on promises of one pair, each with a picture."""
    pair = make_pair()
    one = make_delivery(pair=pair, files=[first], people_agreed=True)
    return one, make_delivery(pair=pair, commitment=one.commitment, files=[second], people_agreed=True, amount=60)


def test_nearly_the_same_picture_in_another_report_is_flagged_and_not_refused(app):
    one, other = two_reports(a_picture(1), a_picture(1, "made small"))
    assert row_of(one.reference).flags == []
    assert row_of(other.reference).flags == [Flag.SIMILAR_PICTURE]
    assert row_of(other.reference).amount == 60


def test_another_picture_is_not_flagged(app):
    _, other = two_reports(a_picture(1), a_picture(2))
    assert row_of(other.reference).flags == []


def test_the_very_same_file_is_called_that_and_no_more(app):
    _, other = two_reports(a_picture(3), a_picture(3, name="again.jpg"))
    assert row_of(other.reference).flags == [Flag.SAME_FILE]


def test_two_pictures_of_one_report_may_look_alike(app):
    made = make_delivery(files=[a_picture(4), a_picture(4, "grey", "grey.jpg")], people_agreed=True)
    assert row_of(made.reference).flags == []


def test_a_picture_added_later_is_compared_too(app):
    one = make_delivery(files=[a_picture(5)], people_agreed=True)
    other = make_delivery(pair=one.pair, commitment=one.commitment, amount=60)
    actions.add_evidence(other.providing, other.reference, [a_picture(5, "made darker")], people_agreed=True)
    assert row_of(other.reference).flags == [Flag.SIMILAR_PICTURE]


def test_a_verifier_is_led_to_both_pictures_side_by_side(app, browser):
    one, other = two_reports(a_picture(6), a_picture(6, "made brighter"))
    verifier = browser(other.council.verifier)
    page = verifier.get(f"/deliveries/{other.reference}").get_data(as_text=True)
    assert "A picture here looks nearly the same as one of another report" in page
    address = re.search(r'href="(/evidence/[^"]+/beside/[^"]+)"', page)
    assert address is not None
    both = text(verifier.get(address[1]))
    assert both.index(f">{other.reference}<") < both.index(f">{one.reference}<")
    shown = re.findall(r'<img class="cb-beside__picture" src="([^"]+)"', both)
    assert len(shown) == 2
    for picture in shown:
        assert verifier.get(picture).content_type == "image/jpeg"


def test_the_sides_are_not_told_and_cannot_compare(app, browser):
    _, other = two_reports(a_picture(7), a_picture(7, "made brighter"))
    for actor in (other.providing, other.asking):
        page = browser(actor).get(f"/deliveries/{other.reference}").get_data(as_text=True)
        assert "/beside/" not in page
        assert "nearly the same" not in page
    verifier = browser(other.council.verifier)
    page = verifier.get(f"/deliveries/{other.reference}").get_data(as_text=True)
    address = re.search(r'href="(/evidence/[^"]+/beside/[^"]+)"', page)
    assert address is not None
    assert browser(other.providing).get(address[1]).status_code == 403
    assert browser(other.council.outside).get(address[1]).status_code == 404
    gone = address[1].rpartition("/")[0] + "/00000000-0000-4000-8000-000000000000"
    assert verifier.get(gone).status_code == 404


def test_many_pictures_are_compared_in_two_questions(app):
    pair = make_pair()
    one = make_delivery(pair=pair, files=[a_picture(8)], people_agreed=True)
    many = make_delivery(pair=pair, commitment=one.commitment, amount=60)
    files = [a_picture(20 + number, name=f"{number}.jpg") for number in range(4)] + [a_picture(8, "blurred")]
    actions.add_evidence(many.providing, many.reference, files, people_agreed=True)
    with work.reading() as reading, counted() as statements:
        assert similar_picture_elsewhere(reading, row_of(many.reference).id)
    assert len([said for said in statements if "stored_files" in said]) == 2


def test_candidates_are_found_by_index_not_by_looking_at_every_file(app):
    """PostgreSQL looks at a small table whole whatever there is, so it is asked what it would do with a large one."""
    made = make_delivery(files=[a_picture(9)], people_agreed=True)
    with work.reading() as reading, counted() as statements:
        similar_picture_elsewhere(reading, row_of(made.reference).id)
        database = reading.connection()
        asked = re.sub(r"\?|%\(\w+\)s(::\w+)?", "1", statements[-1])
        if database.dialect.name == "sqlite":
            plan = database.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
        else:
            database.exec_driver_sql("SET LOCAL enable_seqscan = off")
            database.exec_driver_sql("SET LOCAL enable_indexscan = off")  # the order by id would win on five rows
            plan = database.exec_driver_sql(f"EXPLAIN {asked}").all()
    said = " / ".join(line[-1] for line in plan)
    assert all(f"ix_stored_files_look_{band}" in said for band in (1, 2, 3, 4)), said


def test_what_a_picture_looks_like_is_kept_with_its_row(app):
    made = make_delivery(files=[a_picture(10), a_file()], people_agreed=True)
    kept = KeptFiles.of(made.providing, "", [a_picture(10)], people_agreed=True).files[0]
    with work.reading() as reading:
        picture, table = reading.execute(
            select(StoredFile).where(StoredFile.owner_id == row_of(made.reference).id).order_by(StoredFile.id)
        ).scalars()
    bands = (picture.look_1, picture.look_2, picture.look_3, picture.look_4)
    assert kept.look == sum(band << 16 * place for place, band in enumerate(bands))
    assert table.look_1 is None
