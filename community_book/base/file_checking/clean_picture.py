"""Decodes one picture and encodes it afresh, without metadata: a script, run in a process of its own.

It imports nothing of the site, so that a fault in a decoder meets no secret and no database, and it is
held to the memory and the time given. Standard input: the picture. Arguments: format (JPEG, PNG or
WEBP), most pixels, bytes of address space, seconds of processor time. Standard output: one line of JSON,
either {"refused": reason} or {"width": …, "height": …, "look": …}, and after the latter the clean picture.
`look` is what the picture looks like (`look_of`), for finding nearly the same one again.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import resource
import sys
import warnings
from typing import Any, NoReturn

JPEG_QUALITY = 90
WEBP_QUALITY = 90
_KEPT_MODES = {
    "JPEG": {"L", "RGB"},
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "WEBP": {"RGB", "RGBA"},
}
LOOK_SIDE = 32
"""A picture is made this many points wide and high before it is compared: what is finer is noise."""
LOOK_WAVES = 8
"""The look is made of this many waves each way, so of 64."""
PLAIN_BELOW = 4.0
"""A picture whose brightness strays less than this from its mean, of 255, shows too little to be known by."""


def main() -> None:
    picture_format, pixels_at_most, memory_bytes, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    for limit, most in (
        (resource.RLIMIT_AS, (memory_bytes, memory_bytes)),
        (resource.RLIMIT_CPU, (seconds, seconds + 1)),
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_FSIZE, (0, 0)),
    ):
        # Refused where a tighter limit is in force already, and by systems that do not know the limit.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, most)
    try:
        clean(sys.stdin.buffer.read(), picture_format, pixels_at_most)
    except MemoryError:
        refuse("memory")


def refuse(reason: str) -> NoReturn:
    sys.stdout.write(json.dumps({"refused": reason}))
    sys.stdout.flush()
    raise SystemExit(0)


def clean(content: bytes, picture_format: str, pixels_at_most: int) -> None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = pixels_at_most
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if picture_format == "WEBP" and webp_pixels(content) > pixels_at_most:
        refuse("pixels")  # Pillow would set the canvas up before it says how large it is
    try:
        picture: Any = Image.open(io.BytesIO(content), formats=[picture_format])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        refuse("pixels")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  (a decoder may raise anything about bytes from outside)
        refuse("unreadable")
    if picture.width * picture.height > pixels_at_most:
        refuse("pixels")
    # A telephone's JPEG may carry a second picture (depth, brightness): the first is the photograph.
    if picture_format != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        refuse("frames")
    try:
        picture.load()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001
        refuse("unreadable")
    turn = turn_of(picture)
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode not in _KEPT_MODES[picture_format]:
        with_alpha = picture.mode in {"LA", "La", "PA", "RGBa"} and picture_format != "JPEG"
        picture = picture.convert("RGBA" if with_alpha else "RGB")
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {}  # some encoders write what they find here: profiles, comments, EXIF
    out = io.BytesIO()
    if picture_format == "JPEG":
        picture.save(out, "JPEG", quality=JPEG_QUALITY)
    elif picture_format == "PNG":
        picture.save(out, "PNG", compress_level=3)  # twice as fast as the usual 6, and a tenth larger
    else:
        picture.save(out, "WEBP", quality=WEBP_QUALITY, method=2)
    found = {"width": picture.width, "height": picture.height, "look": look_of(picture)}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(out.getbuffer())
    sys.stdout.buffer.flush()


def look_of(picture: Any) -> int | None:
    """64 bits that stay nearly the same when a picture is scaled, made brighter or saved again; None for a plain one.

    Each bit says whether one of the 64 slowest waves in the picture (discrete cosine transform, type II, of
    its brightness at 32 by 32 points, without the mean) is stronger than half of them are.
    """
    from PIL import Image

    if picture.mode in {"RGBA", "LA"}:
        small = picture.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX)
        ground = Image.new(small.mode, small.size, "white")
        small = Image.alpha_composite(ground.convert("RGBA"), small.convert("RGBA")).convert("L")
    elif picture.mode in {"L", "RGB"}:
        small = picture.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX).convert("L")
    elif picture.mode in {"1", "P"}:
        small = picture.convert("L").resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX)
    else:
        return None  # 16 bits of grey: no camera's, and no paper's
    points = small.tobytes()
    mean = sum(points) / len(points)
    if math.sqrt(sum((point - mean) ** 2 for point in points) / len(points)) < PLAIN_BELOW:
        return None
    waves = [
        [math.cos(math.pi * wave * (2 * place + 1) / (2 * LOOK_SIDE)) for place in range(LOOK_SIDE)]
        for wave in range(LOOK_WAVES + 1)
    ]
    rows = [points[start : start + LOOK_SIDE] for start in range(0, len(points), LOOK_SIDE)]
    across = [[sum(p * w for p, w in zip(row, wave, strict=True)) for row in rows] for wave in waves]
    # The first wave each way is the mean of a row or column: it changes with the light, so it is left out.
    strengths = [
        sum(p * w for p, w in zip(across[x], waves[y], strict=True))
        for y in range(1, LOOK_WAVES + 1)
        for x in range(1, LOOK_WAVES + 1)
    ]
    middle = sorted(strengths)[len(strengths) // 2]
    return sum(1 << place for place, strength in enumerate(strengths) if strength >= middle)


def turn_of(picture: Any) -> Any:
    """The turn that the camera's orientation asks for, or None."""
    from PIL.Image import Transpose

    try:
        orientation = picture.getexif().get(0x0112)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  (metadata that cannot be read is dropped like all other)
        return None
    return {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)


def webp_pixels(content: bytes) -> int:
    """Width times height from the header of a WebP file (RFC 9649); 0 for one without a known header."""
    chunk, head = content[12:16], content[20:30]
    if len(head) < 10:
        return 0
    if chunk == b"VP8X":
        width, height = int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        width, height = int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
    else:
        return 0
    return width * height


if __name__ == "__main__":
    main()
