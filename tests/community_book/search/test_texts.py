"""What texts mean: kept in generations, asked beside the index, and done without where there is no encoder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from community_book.base import dispatcher
from community_book.base.actor import system
from community_book.search import actions, folders, generations, meaning
from community_book.search.generations import Generation, Text
from community_book.search.texts import NOWHERE, Floats, use_meaning
from community_book.search.texts import meaning as installed
from tests.makers_needs import make_listed_group, make_need

Rebuild = Callable[[], int]


@dataclass
class Pretended:
    """An encoder that knows two things: wheels and music."""

    name: str = "pretended"
    size: int = 3
    asked: int = 0

    def of(self, texts: Sequence[str]) -> Floats:
        self.asked += len(texts)
        about = [{"minibus", "van", "coach"}, {"choir", "piano", "zither"}]
        found = np.asarray([[any(w in t.lower() for w in words) for words in about] for t in texts], dtype=np.float32)
        rest = 1 - found.max(axis=1, keepdims=True) if len(texts) else np.zeros((0, 1))
        return np.hstack([found, rest]).astype(np.float32)


@pytest.fixture
def encoder() -> Iterator[Pretended]:
    own = installed()
    use_meaning(pretended := Pretended())
    meaning.close()
    yield pretended
    use_meaning(own)
    meaning.close()


@pytest.fixture
def no_encoder() -> Iterator[None]:
    own = installed()
    use_meaning(None)
    meaning.close()
    yield
    use_meaning(own)
    meaning.close()


VAN = Text("pledge", 1, "A van", "with somebody at the wheel")
CHOIR = Text("pledge", 2, "Our choir", "sings on Sundays")
PIANO = Text("need", 1, "Piano", "in the hall")


def held() -> Generation:
    found = meaning.in_use()
    assert found is not None
    return found


def test_what_means_the_same_is_found_without_a_word_in_common(place: Path, encoder: Pretended) -> None:
    generations.make([VAN, CHOIR, PIANO], encoder)
    places = meaning.places_for("minibus")
    assert next(iter(places)) == VAN.key
    assert places[VAN.key].by_words == NOWHERE
    assert places[VAN.key].alike == 1


def test_without_an_encoder_texts_are_found_by_words_alone(place: Path, no_encoder: None) -> None:
    generations.make([VAN, CHOIR, PIANO], None)
    assert list(meaning.places_for("who has a piano?")) == [PIANO.key]
    assert meaning.places_for("minibus") == {}
    assert not meaning.is_compared()


def test_what_is_saved_after_a_generation_is_found_at_once(place: Path, encoder: Pretended) -> None:
    generations.make([VAN], encoder)
    assert generations.append([CHOIR, PIANO], [], encoder) == 2
    assert {key for key, placed in meaning.places_for("zither").items() if placed.alike == 1} == {CHOIR.key, PIANO.key}


def test_what_changed_is_no_longer_found_as_it_was(place: Path, encoder: Pretended) -> None:
    generations.make([VAN, CHOIR], encoder)
    generations.append([Text("pledge", 1, "A piano", "")], [], encoder)
    assert VAN.key not in meaning.places_for("minibus")
    assert meaning.places_for("zither")[VAN.key].alike == 1


def test_what_is_gone_is_not_found(place: Path, encoder: Pretended) -> None:
    generations.make([VAN, CHOIR], encoder)
    assert generations.append([], [VAN.key, ("need", 99)], encoder) == 1
    assert VAN.key not in meaning.places_for("minibus van")


def test_what_did_not_change_is_encoded_once(place: Path, encoder: Pretended) -> None:
    generations.make([VAN, CHOIR], encoder)
    asked = encoder.asked
    assert generations.append([VAN], [], encoder) == 0
    generations.make([VAN, CHOIR], encoder)
    assert encoder.asked == asked
    assert held().number == 3  # an empty one came first, so that nothing saved meanwhile is lost


def test_another_encoder_encodes_all_anew(place: Path, encoder: Pretended) -> None:
    generations.make([VAN, CHOIR], encoder)
    use_meaning(other := Pretended(name="another"))
    assert not meaning.is_compared()
    assert meaning.places_for("minibus") == {}
    generations.make([VAN, CHOIR], other)
    assert meaning.is_compared()
    assert other.asked == 2


def test_what_is_saved_while_a_generation_is_made_is_in_the_next(place: Path, encoder: Pretended) -> None:
    generations.make([VAN], encoder)

    def documents() -> Iterator[Text]:
        generations.append([CHOIR], [], encoder)
        yield VAN

    generations.make(documents(), encoder)
    assert meaning.places_for("zither")[CHOIR.key].alike == 1
    assert meaning.places_for("minibus")[VAN.key].alike == 1


def test_two_who_make_one_at_once_do_not_wait_for_each_other(place: Path, encoder: Pretended) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[Text]:
        started.set()
        assert go_on.wait(10)
        yield VAN

    first = threading.Thread(target=lambda: generations.make(slowly(), encoder))
    first.start()
    assert started.wait(10)
    assert generations.make([VAN], encoder) == 0
    go_on.set()
    first.join(10)
    assert held().row_of(VAN.key) is not None


@pytest.mark.parametrize("torn", [b'{"key": ["pledge", 9], "pri', b"\xff\xfe", b"\n\n"])
def test_a_log_that_ends_in_the_middle_loses_nothing_else(place: Path, encoder: Pretended, torn: bytes) -> None:
    generations.make([VAN], encoder)
    folder = held().folder
    with (folder / generations.LATER).open("ab") as log, (folder / generations.LATER_VECTORS).open("ab") as vectors:
        log.write(torn)
        vectors.write(b"\x00\x01\x02")
    generations.append([CHOIR], [], encoder)
    assert meaning.places_for("zither")[CHOIR.key].alike == 1
    assert meaning.places_for("minibus")[VAN.key].alike == 1


def test_a_generation_whose_making_fails_leaves_the_one_in_use(place: Path, encoder: Pretended) -> None:
    generations.make([VAN], encoder)

    def breaks() -> Iterator[Text]:
        yield CHOIR
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        generations.make(breaks(), encoder)
    assert held().row_of(VAN.key) == 0
    assert [path.name for path in folders.text_root().iterdir() if path.name.isdigit()] == [held().folder.name]


@pytest.mark.parametrize("name", ["texts.json", "vectors.npy", "words.starts.npy", "statistics.json"])
def test_a_generation_that_is_rubbish_is_no_fault(place: Path, encoder: Pretended, name: str) -> None:
    generations.make([VAN], encoder)
    (held().folder / name).write_bytes(b"rubbish")
    meaning.close()
    assert meaning.places_for("minibus") == {}
    generations.make([VAN], encoder)
    assert meaning.places_for("minibus")[VAN.key].alike == 1


@pytest.mark.parametrize(
    "question", ["", "the and of", "\U0001f690", "x" * 5_000, "Bws mini a gyrrwr", "van " * 50_000]
)
def test_any_question_is_answered(place: Path, encoder: Pretended, question: str) -> None:
    generations.make([VAN, CHOIR, Text("need", 3, "", "")], encoder)
    places = meaning.places_for(question)
    assert sorted(placed.place for placed in places.values()) == list(range(1, len(places) + 1))


# --- the page -----------------------------------------------------------------------------------


def test_the_page_shows_what_means_the_same_and_says_so(
    client: FlaskClient, rebuild: Rebuild, encoder: Pretended
) -> None:
    make_need(make_listed_group().lead, title="A coach for the seaside")
    rebuild()
    actions.remake_texts(system("test"))
    page = client.get("/search?q=minibus").get_data(as_text=True)
    assert "A coach for the seaside" in page
    assert "means something like" in page
    assert "1 found" in page
    assert "Only the words themselves" not in page


def test_narrowing_down_holds_for_what_means_the_same(
    client: FlaskClient, rebuild: Rebuild, encoder: Pretended
) -> None:
    make_need(make_listed_group().lead, title="A coach for the seaside")
    rebuild()
    actions.remake_texts(system("test"))
    assert "A coach for the seaside" not in client.get("/search?q=minibus&of=group").get_data(as_text=True)
    assert "A coach for the seaside" in client.get("/search?q=minibus&of=need").get_data(as_text=True)


def test_words_in_quotation_marks_are_meant_as_they_stand(
    client: FlaskClient, rebuild: Rebuild, encoder: Pretended
) -> None:
    make_need(make_listed_group().lead, title="A coach for the seaside")
    make_need(make_listed_group("Others").lead, title="Our minibus and driver")
    rebuild()
    actions.remake_texts(system("test"))
    page = client.get("/search", query_string={"q": '"minibus and driver"'}).get_data(as_text=True)
    assert "Our <mark" in page
    assert "A coach for the seaside" not in page


def test_without_an_encoder_the_page_says_so_and_finds_words(
    client: FlaskClient, rebuild: Rebuild, no_encoder: None
) -> None:
    make_need(make_listed_group().lead, title="A coach for the seaside")
    rebuild()
    actions.remake_texts(system("test"))
    assert "Only the words themselves" in client.get("/search?q=coach").get_data(as_text=True)
    assert "for the seaside" in client.get("/search?q=coach").get_data(as_text=True)
    assert "for the seaside" not in client.get("/search?q=minibus").get_data(as_text=True)


def test_the_worker_writes_what_is_saved_into_the_generation(
    client: FlaskClient, rebuild: Rebuild, encoder: Pretended
) -> None:
    rebuild()
    actions.remake_texts(system("test"))
    make_need(make_listed_group().lead, title="A coach for the seaside")
    dispatcher.dispatch_all()
    assert "A coach for the seaside" in client.get("/search?q=minibus").get_data(as_text=True)
