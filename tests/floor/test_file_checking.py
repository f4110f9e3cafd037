"""What may be sent as evidence, what is kept of it, and what is turned away."""

from __future__ import annotations

import ast
import hashlib
import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from community_book.base import file_checking
from community_book.base.errors import Refused
from community_book.base.file_checking import CheckedFile, FileLimits, check_file, tidy_file_name

ORIENTATION, GPS = 0x0112, 0x8825


def picture(colour: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Left half black, right half white, so that a turn can be seen."""
    made = Image.new(colour, size)
    made.paste(Image.new(colour, (size[0] // 2, size[1]), "white"), (size[0] // 2, 0))
    return made


def saved(made: Image.Image, picture_format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    made.save(out, picture_format, **options)
    return out.getvalue()


def camera_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Camera maker"
    exif.get_ifd(GPS)[2] = (53.0, 28.0, 45.0)
    return exif


def opened(checked: CheckedFile) -> Image.Image:
    return Image.open(io.BytesIO(checked.content))


def refusal(name: str, content: bytes, limits: FileLimits | None = None) -> str:
    with pytest.raises(Refused) as refused:
        check_file(name, content, limits)
    [problem] = refused.value.problems
    assert problem.field == "files"
    return str(problem.message)


# --- photographs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "picture_format", "media_type", "extension"),
    [
        ("hall.jpg", "JPEG", "image/jpeg", "jpg"),
        ("Hall.JPEG", "JPEG", "image/jpeg", "jpg"),
        ("hall.png", "PNG", "image/png", "png"),
        ("hall.webp", "WEBP", "image/webp", "webp"),
    ],
)
def test_a_photograph_is_kept_without_where_and_with_what_it_was_taken(
    name: str, picture_format: str, media_type: str, extension: str
) -> None:
    sent = saved(picture(), picture_format, exif=camera_exif(), icc_profile=b"profile" * 20, xmp=b"<x:xmpmeta/>")
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    checked = check_file(name, sent)
    kept = opened(checked)
    assert (kept.format, kept.size) == (picture_format, (40, 20))
    assert not kept.getexif()
    for trace in (b"Exif", b"EXIF", b"eXIf", b"Camera maker", b"profile", b"xmpmeta", b"iCCP", b"ICCP", b"XMP "):
        assert trace not in checked.content
    assert (checked.media_type, checked.extension) == (media_type, extension)
    assert (checked.width, checked.height) == (40, 20)
    assert checked.sha256_original == hashlib.sha256(sent).hexdigest()
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest() != checked.sha256_original


@pytest.mark.parametrize(
    ("picture_format", "orientation", "size", "white_at"),
    [
        ("JPEG", 1, (40, 20), (35, 10)),
        ("JPEG", 2, (40, 20), (5, 10)),
        ("JPEG", 3, (40, 20), (5, 10)),
        ("JPEG", 4, (40, 20), (35, 10)),
        ("JPEG", 5, (20, 40), (10, 35)),
        ("JPEG", 6, (20, 40), (10, 35)),
        ("JPEG", 7, (20, 40), (10, 5)),
        ("JPEG", 8, (20, 40), (10, 5)),
        ("JPEG", 77, (40, 20), (35, 10)),
        ("PNG", 6, (20, 40), (10, 35)),
        ("WEBP", 6, (20, 40), (10, 35)),
    ],
)
def test_a_photograph_taken_sideways_is_kept_upright(
    picture_format: str, orientation: int, size: tuple[int, int], white_at: tuple[int, int]
) -> None:
    sent = saved(picture(), picture_format, exif=camera_exif(orientation))
    checked = check_file(f"hall.{picture_format.lower()}", sent)
    kept = opened(checked).convert("L")
    assert kept.size == (checked.width, checked.height) == size
    assert kept.getpixel(white_at) > 200  # type: ignore[operator]
    assert kept.getpixel((size[0] - 1 - white_at[0], size[1] - 1 - white_at[1])) < 50  # type: ignore[operator]


def test_words_hidden_in_a_picture_are_not_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "taken at 1 Private Road")
    notes.add_itxt("Author", "J Smith")
    checked = check_file("a.png", saved(picture(), "PNG", pnginfo=notes, dpi=(72, 72)))
    assert not opened(checked).text  # type: ignore[attr-defined]
    assert opened(checked).info == {}
    jpeg = check_file("a.jpg", saved(picture(), "JPEG", comment=b"taken at 1 Private Road"))
    assert b"Private" not in jpeg.content


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x05\x06" + b"\0" * 18, b"%PDF-1.7"])
def test_what_is_hung_onto_a_picture_is_not_kept(tail: bytes) -> None:
    assert tail not in check_file("a.jpg", saved(picture(), "JPEG") + tail).content
    assert tail not in check_file("a.png", saved(picture(), "PNG") + tail).content


@pytest.mark.parametrize(
    ("colour", "picture_format"),
    [
        *[(colour, "PNG") for colour in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[(colour, "JPEG") for colour in ("L", "RGB", "CMYK")],
        *[(colour, "WEBP") for colour in ("RGB", "RGBA")],
    ],
)
def test_pictures_of_every_usual_make_are_taken(colour: str, picture_format: str) -> None:
    checked = check_file(f"a.{picture_format.lower()}", saved(Image.new(colour, (30, 10)), picture_format))
    assert opened(checked).size == (30, 10)


def test_a_see_through_picture_stays_see_through() -> None:
    paletted = Image.new("P", (10, 10), 1)
    paletted.putpalette([0, 0, 0, 200, 10, 10])
    checked = check_file("a.png", saved(paletted, "PNG", transparency=1))
    assert opened(checked).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_a_telephones_photograph_with_a_second_picture_is_kept_as_the_first_alone() -> None:
    sent = saved(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (10, 10), "red")])
    kept = opened(check_file("a.jpg", sent))
    assert (kept.format, kept.size, getattr(kept, "n_frames", 1)) == ("JPEG", (40, 20), 1)


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP"])
def test_a_moving_picture_is_turned_away(picture_format: str) -> None:
    sent = saved(picture(), picture_format, save_all=True, append_images=[Image.new("RGB", (40, 20), "red")])
    assert "moving picture" in refusal(f"a.{picture_format.lower()}", sent)


def test_a_moving_gif_is_turned_away_under_any_name() -> None:
    gif = saved(picture(), "GIF", save_all=True, append_images=[Image.new("RGB", (40, 20), "red")])
    assert "this kind of file cannot be kept. Send a photograph (JPEG" in refusal("a.gif", gif)
    for name in ("a.jpg", "a.png", "a.webp", "a.pdf"):
        assert "is something else inside. Send a photograph" in refusal(name, gif)
    assert "is something else inside" in refusal("a.csv", gif)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_not_complete_is_turned_away(picture_format: str) -> None:
    sent = saved(Image.effect_noise((400, 300), 50).convert("RGB"), picture_format)
    for part in (sent[: len(sent) // 2], sent[:40], sent[:60] + b"\xff" * 400):
        assert "damaged or not complete" in refusal(f"a.{picture_format.lower()}", part)


def test_a_picture_with_metadata_that_cannot_be_read_is_kept_without_it() -> None:
    broken = b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + b"\xff" * 20
    sent = saved(picture(), "JPEG", exif=broken)
    assert opened(check_file("a.jpg", sent)).size == (40, 20)


# --- bombs --------------------------------------------------------------------------------------


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_that_claims(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def webp_that_claims(width: int, height: int) -> bytes:
    extended = struct.pack("<I", 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + extended
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_small_file_that_opens_into_a_huge_picture_is_turned_away() -> None:
    bomb = saved(Image.new("1", (13_000, 13_000)), "PNG")
    assert len(bomb) < 100_000
    assert "more than 50 million points" in refusal("a.png", bomb)


@pytest.mark.parametrize(
    ("name", "content", "millions"),
    [
        ("a.png", png_that_claims(2**31 - 1, 2**31 - 1), "50"),
        ("a.png", png_that_claims(50_000_001, 1), "50"),
        ("a.webp", webp_that_claims(16_383, 16_383), "24"),
        ("a.webp", webp_that_claims(2**24, 2**24), "24"),
    ],
)
def test_a_picture_that_claims_to_be_huge_is_turned_away_unopened(name: str, content: bytes, millions: str) -> None:
    assert f"more than {millions} million points" in refusal(name, content)


def test_a_picture_of_49_million_points_is_taken() -> None:
    sent = saved(Image.new("RGBA", (7000, 7000), (10, 20, 30, 128)), "PNG", exif=camera_exif(6), compress_level=1)
    checked = check_file("a.png", sent)
    assert (checked.width, checked.height) == (7000, 7000)


def test_a_picture_that_needs_more_memory_than_there_is_for_it_is_turned_away() -> None:
    limits = FileLimits(memory_bytes=150 * 1024 * 1024)
    sent = saved(Image.new("RGB", (7000, 7000)), "PNG", compress_level=1)
    assert "takes too much to open" in refusal("a.png", sent, limits)


def test_a_picture_that_takes_too_long_is_turned_away() -> None:
    assert "takes too long to open" in refusal("a.png", saved(picture(), "PNG"), FileLimits(processor_seconds=0))


def test_pictures_are_opened_by_a_script_that_knows_nothing_of_the_site() -> None:
    script = Path(file_checking.__file__).with_name("clean_picture.py")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported - {"PIL"} <= set(sys.stdlib_module_names)


# --- documents ----------------------------------------------------------------------------------


def test_a_pdf_is_kept_as_it_is() -> None:
    sent = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    checked = check_file("minutes.pdf", sent)
    assert (checked.content, checked.media_type, checked.extension) == (sent, "application/pdf", "pdf")
    assert checked.sha256 == checked.sha256_original
    assert checked.width is None
    assert checked.height is None
    assert check_file("minutes.PDF", b"\n" * 1024 + sent).extension == "pdf"


def test_a_pdf_whose_mark_comes_too_late_is_turned_away() -> None:
    assert "something else inside" in refusal("minutes.pdf", b"\n" * 1025 + b"%PDF-1.7")


@pytest.mark.parametrize(
    "content",
    [
        "supplier,postcode,total\nCafé,WN7 3PT,12\n".encode(),
        "supplier,total\nCafé,£12\n".encode("utf-8-sig"),
        "supplier,total\nCafé,£12\n".encode("cp1252"),
        b"a;b\r\n1;2\r\n",
    ],
)
def test_a_table_in_plain_text_is_kept_as_it_is(content: bytes) -> None:
    checked = check_file("ledger.csv", content)
    assert (checked.content, checked.media_type) == (content, "text/csv")


@pytest.mark.parametrize(
    "content",
    ["a,b\n1,2\n".encode("utf-16"), b"a,b\x00\n", b"a,b\n\x1b[2J", b"\x81\x8d\x8f", b"\x7fELF\x02\x01\x01\x00"],
)
def test_a_table_that_is_not_plain_text_is_turned_away(content: bytes) -> None:
    assert "not plain text; save it again as “CSV UTF-8”" in refusal("ledger.csv", content)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"\xef\xbb\xbf  <!DOCTYPE html>",
        b"<?xml version='1.0'?><svg onload='alert(1)'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!-- x --><svg/>",
        b"%PDF-1.7",
        b"{\\rtf1}",
    ],
)
def test_a_web_page_or_drawing_is_turned_away_under_any_name(content: bytes) -> None:
    for name in ("a.csv", "a.pdf", "a.jpg", "a.svg", "a.html", "a"):
        if not (name == "a.pdf" and content.startswith(b"%PDF")):
            assert "something else inside" in (said := refusal(name, content)) or "cannot be kept" in said


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.jpg", b"", "“a.jpg” was not taken: it is empty"),
        ("a.heic", b"\0\0\0\x18ftypheic", "save or send it as a JPEG"),
        ("a.docx", b"PK\x03\x04", "this kind of file cannot be kept. Send a photograph (JPEG, PNG or WebP), a PDF"),
        ("a", b"x", "this kind of file cannot be kept."),
        ("a.jpg", saved(picture(), "PNG"), "it is named .jpg, but is something else inside."),
        ("a.pdf", saved(picture(), "JPEG"), "it is named .pdf, but is something else inside."),
        ("a.png", b"%PDF-1.7", "it is named .png, but is something else inside."),
        ("../\u202egpj.exe", b"MZ\x90\x00", "“gpj.exe” was not taken: this kind of file cannot be kept."),
    ],
)
def test_a_file_that_cannot_be_kept_is_named_with_the_reason(name: str, content: bytes, sentence: str) -> None:
    assert sentence in refusal(name, content)


def test_a_file_of_25_megabytes_is_taken_and_one_byte_more_is_not() -> None:
    most = FileLimits().bytes_at_most
    assert check_file("a.csv", b"1," * (most // 2)).extension == "csv"
    assert "larger than 25 MB" in refusal("a.csv", b"1," * (most // 2) + b"1")


# --- workbooks ----------------------------------------------------------------------------------

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
    b'.spreadsheetml.sheet.main+xml"/></Types>'
)


def workbook(*more: tuple[str | zipfile.ZipInfo, bytes], content_types: bytes | None = CONTENT_TYPES) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if content_types is not None:
            archive.writestr("[Content_Types].xml", content_types)
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def link_entry() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("xl/link")
    entry.external_attr = 0o120777 << 16
    return entry


def with_password(content: bytes) -> bytes:
    """The same archive with the first entry's "encrypted" flag set in the list of entries."""
    place = content.index(b"PK\x01\x02") + 8
    return content[:place] + b"\x01" + content[place + 1 :]


def test_a_workbook_is_kept_as_it_is() -> None:
    sent = workbook(("xl/worksheets/sheet1.xml", b"<sheet/>"), ("docProps/app.xml", b"<app/>"))
    checked = check_file("ledger.xlsx", sent)
    assert (checked.content, checked.extension) == (sent, "xlsx")
    assert checked.media_type.endswith("spreadsheetml.sheet")


WHOLE = workbook()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: workbook(("xl/big.xml", b"\0" * 100_000_001)), "too much packed into it"),
        (lambda: workbook(("xl/big.xml", b"\0" * 10_000_000)), "too much packed into it"),
        (lambda: workbook(*[(f"xl/{number}.xml", b"") for number in range(1999)]), "too much packed into it"),
        (lambda: workbook(("../../etc/passwd", b"x")), "not an ordinary spreadsheet"),
        (lambda: workbook(("/etc/passwd", b"x")), "not an ordinary spreadsheet"),
        (lambda: workbook(("..\\evil.dll", b"x")), "not an ordinary spreadsheet"),
        (lambda: workbook(("C:\\evil.dll", b"x")), "not an ordinary spreadsheet"),
        (lambda: workbook((link_entry(), b"/etc/passwd")), "not an ordinary spreadsheet"),
        (lambda: workbook(("XL/Workbook.xml", b"x")), "not an ordinary spreadsheet"),
        (lambda: workbook(("xl/vbaProject.bin", b"x")), "holds macros"),
        (lambda: workbook(content_types=CONTENT_TYPES.replace(b"sheet.main", b"sheet.macroEnabled.main")), "macros"),
        (lambda: workbook(content_types=None), "not an ordinary spreadsheet"),
        (lambda: with_password(WHOLE), "protected by a password"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "protected by a password"),
        (lambda: WHOLE[:-1], "damaged"),
        (lambda: WHOLE[:200], "damaged"),
        (lambda: WHOLE.replace(b"PK\x01\x02", b"PK\x09\x09"), "damaged"),
        (lambda: WHOLE + b"<script>", "damaged"),
        (lambda: b"PK\x03\x04 something before" + WHOLE, "not an ordinary spreadsheet"),
        (lambda: WHOLE[:-22] + b"PK\x06\x07" + b"\0" * 16 + WHOLE[-22:], "not an ordinary spreadsheet"),
        (lambda: b"supplier,total\n", "damaged"),
    ],
)
def test_a_workbook_that_could_do_harm_or_is_none_is_turned_away(make: Callable[[], bytes], sentence: str) -> None:
    assert sentence in refusal("ledger.xlsx", make())


def test_an_archive_with_a_false_count_of_entries_is_turned_away_unread() -> None:
    entry = workbook()[workbook().index(b"PK\x01\x02") :][: 46 + len("[Content_Types].xml")]
    many = entry * 50_000
    false_end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(many), 4, 0)
    assert "too much packed into it" in refusal("a.xlsx", b"PK\x03\x04" + many + false_end)


@given(st.binary(max_size=300), st.integers(0, len(WHOLE)))
def test_whatever_is_done_to_a_workbook_it_is_taken_or_turned_away_with_a_sentence(piece: bytes, place: int) -> None:
    for content in (WHOLE[:place] + piece + WHOLE[place:], WHOLE[:place] + piece + WHOLE[place + len(piece) :]):
        try:
            check_file("a.xlsx", content)
        except Refused as refused:
            assert "“a.xlsx” was not taken" in str(refused)  # noqa: PT017


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hall.jpg", "hall.jpg"),
        ("C:\\Users\\me\\hall.jpg", "hall.jpg"),
        ("../../etc/passwd", "passwd"),
        ("hall\u202egpj.exe", "hallgpj.exe"),
        ("ha\x00ll\r\n .jpg", "hall .jpg"),
        ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
        ("caf\u0065\u0301.pdf", "caf\u00e9.pdf"),
        ("\u2028", "file"),
        ("", "file"),
        ("..", "file"),
        ("x" * 200 + ".jpeg", "x" * 115 + ".jpeg"),
        ("x" * 200, "x" * 120),
        ("." + "x" * 200, "." + "x" * 119),
    ],
)
def test_a_files_name_is_made_safe_to_show(typed: str, shown: str) -> None:
    assert tidy_file_name(typed) == shown


@given(st.text(max_size=300))
def test_a_shown_name_is_short_printable_and_stays_as_it_is(typed: str) -> None:
    shown = tidy_file_name(typed)
    assert 1 <= len(shown) <= 120
    assert "/" not in shown
    assert tidy_file_name(shown) == shown
