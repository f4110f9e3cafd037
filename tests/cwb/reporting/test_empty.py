"""The page of figures before anything was pledged, and before anything is loaded."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.makers_pillars import load_measures


def test_nothing_pledged_yet_is_an_honest_page(client: FlaskClient) -> None:
    for _ in range(2):
        page = client.get("/figures")
        assert page.status_code == 200
        assert page.get_data(as_text=True).count("Nothing has been pledged here yet") == 5
        table = client.get("/figures.csv")
        assert table.status_code == 200
        assert len(table.get_data(as_text=True).splitlines()) == 6
        load_measures()
    assert client.get("/figures/deliveries?figure=verified&measure=PO7").status_code == 200


def test_every_other_page_says_what_to_do_before_there_is_anything(client: FlaskClient) -> None:
    for path in ("zones", "lots", "time", "needs", "kept", "levels"):
        page = client.get(f"/figures/{path}")
        assert page.status_code == 200
        assert "cb-empty" in page.get_data(as_text=True), path
        load_measures()
    for path in ("zones", "lots", "time", "needs"):
        assert client.get(f"/figures/{path}.csv").status_code == 200
