"""What a page brings with it: stylesheets and scripts, as they travel."""

from __future__ import annotations

import gzip
import re

from tools.benching.figures import Figure
from tools.benching.visitor import Visitor

BYTES = 40_000


def measured(visitor: Visitor) -> list[Figure]:
    """The stylesheets and scripts of the front page, compressed together."""
    page = visitor.get("/").text
    addresses = dict.fromkeys(
        re.findall(r'<link[^>]+href="([^"]+\.css[^"]*)"', page) + re.findall(r'<script[^>]+src="([^"]+)"', page)
    )
    sizes = {address: len(gzip.compress(visitor.get(address).text.encode())) for address in addresses}
    whole = sum(sizes.values())
    said = "; ".join(f"{address} {size / 1000:.1f} KB" for address, size in sizes.items())
    return [
        Figure("CSS and JS, compressed", f"<= {BYTES // 1000} KB", f"{whole / 1000:.1f} KB", 0 < whole <= BYTES, said)
    ]
