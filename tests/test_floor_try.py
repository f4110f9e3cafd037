from community_book.base import work
from community_book.base.actor import Role
from tests.makers import actor_for, make_organisation


def test_an_act_leaves_one_audit_entry(app, reading):
    actor = actor_for(make_organisation(), Role.OFFICER)
    with work.work(actor) as session:
        session.record("test.act", "need:N-234567", facts={"a": 1}, texts={"why": "because"})
    from community_book.base import audit

    assert [p.act for p in audit.history(reading, "need:N-234567")] == ["test.act"]


def test_live(client):
    assert client.get("/live").status_code == 200
    assert client.get("/ready").status_code == 503
    assert client.get("/nowhere").status_code == 404


def test_committed(committed):
    actor = actor_for(make_organisation(), Role.OFFICER)
    with work.work(actor) as session:
        session.record("test.act", "need:N-234567")
