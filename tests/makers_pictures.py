"""Pictures made for tests: scenes that differ by their number, and what people do to a photograph before sending it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

Change = Callable[[Image.Image], Image.Image]


def a_scene(number: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Ground, sky and things of many colours: another one for every number, always the same for the same."""
    chance = random.Random(number)
    width, height = size
    picture = Image.new("RGB", size, _colour(chance, 120, 256))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, int(height * chance.uniform(0.25, 0.75)), width, height), fill=_colour(chance, 0, 160))
    for _ in range(chance.randrange(6, 26)):
        x, y = chance.randrange(width), chance.randrange(height // 4, height)
        wide, high = chance.randrange(width // 40, width // 3), chance.randrange(height // 40, height // 3)
        box = (x - wide, y - high, x + wide, y + high)
        (drawing.rectangle if chance.random() < 0.5 else drawing.ellipse)(box, fill=_colour(chance, 0, 256))
    return picture.filter(ImageFilter.GaussianBlur(2))


def _colour(chance: random.Random, darkest: int, brightest: int) -> tuple[int, int, int]:
    return tuple(chance.randrange(darkest, brightest) for _ in range(3))  # type: ignore[return-value]


def saved(picture: Image.Image, picture_format: str = "JPEG", quality: int = 85) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, picture_format, quality=quality)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """A file as a picture."""
    return Image.open(io.BytesIO(content)).convert("RGB")


CHANGES: dict[str, Change] = {
    "saved again": lambda picture: opened(saved(picture, quality=30)),
    "saved as WebP": lambda picture: opened(saved(picture, "WEBP", 60)),
    "made small": lambda picture: picture.resize((240, 180)),
    "made brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.15),
    "made darker": lambda picture: ImageEnhance.Brightness(picture).enhance(0.75),
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(2)),
    "a hundredth cut off": lambda picture: picture.crop((3, 2, picture.width - 3, picture.height - 2)),
}
"""What somebody may do to a photograph that stays the same one for whoever looks at it."""
