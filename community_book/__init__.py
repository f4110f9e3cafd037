"""The lower house: who is here and what they need. It never imports the upper house."""

import os

# Several processes share the cores already. Where each also splits every small product of numbers over all of them,
# they wait for each other: encoding a text took four times as long. It counts only before NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
