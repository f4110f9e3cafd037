"""Rows of words: a sparse matrix with a row for each text and a column for each stem. SciPy is touched here only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int32]
Starts = NDArray[np.int64]
_PARTS = ("starts", "columns", "values")


@dataclass(frozen=True)
class WordRows:
    """Compressed rows: row `i` has `values[starts[i]:starts[i + 1]]` in `columns` of the same stretch, ascending."""

    starts: Starts
    columns: Places
    values: Floats
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, rows: Iterable[Mapping[int, float]], width: int) -> WordRows:
        """From one mapping of columns to values for each row."""
        starts, columns, values = [0], list[int](), list[float]()
        for row in rows:
            for column in sorted(row):
                columns.append(column)
                values.append(row[column])
            starts.append(len(columns))
        return cls(
            np.asarray(starts, dtype=np.int64),
            np.asarray(columns, dtype=np.int32),
            np.asarray(values, dtype=np.float32),
            width,
        )

    @cached_property
    def csr(self) -> Any:
        """The same as a matrix of SciPy, sharing memory."""
        from scipy.sparse import csr_matrix

        matrix = csr_matrix((self.values, self.columns, self.starts), shape=(len(self), self.width), copy=False)
        matrix.has_sorted_indices = True
        return matrix

    @cached_property
    def postings(self) -> Any:
        """Turned round, as a matrix of SciPy: for each stem the texts that have it."""
        return self.csr.T.tocsr()

    def row(self, number: int) -> dict[int, float]:
        stretch = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return dict(zip(self.columns[stretch].tolist(), self.values[stretch].tolist(), strict=True))

    def chosen(self, rows: NDArray[np.integer[Any]] | Sequence[int]) -> WordRows:
        """These rows, in this order."""
        return self._from(self.csr[np.asarray(rows, dtype=np.int64)], self.width)

    def below(self, other: WordRows) -> WordRows:
        """These rows and, after them, those of another of the same width."""
        if not len(self) or not len(other):
            return other if not len(self) else self
        return WordRows(
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.columns, other.columns]),
            np.concatenate([self.values, other.values]),
            self.width,
        )

    def products(self, questions: WordRows) -> Any:
        """A matrix of SciPy: a row for each question, a column for each text here, the sum over stems in both.

        Each sum is made in the order of the columns, so that it is the same whatever else is asked.
        """
        return questions.csr @ self.postings

    def scores(self, question: WordRows) -> Floats:
        """The sum for each text here against the first row of `question`; quick, for one question at a time."""
        found: Any = self.products(question)
        scores = np.zeros(len(self), dtype=np.float32)
        scores[found.indices[: found.indptr[1]]] = found.data[: found.indptr[1]]
        return scores

    def save(self, folder: Path, name: str) -> None:
        for part in _PARTS:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, name: str, width: int) -> WordRows:
        """Memory-mapped. Raises OSError or ValueError where a file is missing or broken."""
        held = {part: np.load(folder / f"{name}.{part}.npy", mmap_mode="r", allow_pickle=False) for part in _PARTS}
        return cls(**held, width=width)

    @classmethod
    def _from(cls, matrix: Any, width: int) -> WordRows:
        return cls(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data, width)
