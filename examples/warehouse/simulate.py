"""Simulated logs in Parquet: nothing in them was measured on a model.

Queries come from 80 topics of unequal size, each a direction with noise around it, so that topics overlap. Each of six
models has a level, and is better or worse at each topic; some queries are hard for all. Dearer models are better on the
whole, not everywhere.

    python simulate.py FOLDER ROWS [DIMENSIONS=256] [SEED=42]

writes FOLDER/log (ROWS queries) and FOLDER/held-out (5,000 more), embeddings.parquet and outcomes.parquet in each.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TOPICS = 80
HELD_OUT = 5_000
CHUNK = 25_000
MODELS = {  # level of skill; USD per million tokens of input and output; tokens of a typical answer
    "giant": (0.9, 15, 75, 500),
    "large": (0.7, 3, 15, 450),
    "coder": (0.3, 1, 4, 400),
    "medium": (0.3, 0.5, 1.5, 350),
    "small": (-0.3, 0.15, 0.6, 300),
    "tiny": (-1.0, 0.05, 0.1, 250),
}


class Simulation:
    def __init__(self, dimensions: int, seed: int):
        self.random = np.random.default_rng(seed)
        centres = self.random.standard_normal((TOPICS, dimensions))
        self.centres = (centres / np.linalg.norm(centres, axis=1, keepdims=True)).astype(np.float32)
        self.shares = 1 / np.arange(3, TOPICS + 3)
        self.shares /= self.shares.sum()
        levels = np.array([level for level, *_ in MODELS.values()])
        self.skills = levels + 0.8 * self.random.standard_normal((TOPICS, len(MODELS)))

    def write(self, folder: Path, rows: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        writers = {}
        for start in range(0, rows, CHUNK):
            for name, table in self.chunk(start, min(CHUNK, rows - start)).items():
                if name not in writers:
                    writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema, use_dictionary=["model"])
                writers[name].write_table(table)
        for writer in writers.values():
            writer.close()

    def chunk(self, start: int, rows: int) -> dict[str, pa.Table]:
        random, dimensions = self.random, self.centres.shape[1]
        topics = random.choice(TOPICS, rows, p=self.shares)
        # As long as the centre: the cosine of a query and its topic is about .7.
        noise = random.standard_normal((rows, dimensions), dtype=np.float32) * np.float32(dimensions**-0.5)
        embeddings = self.centres[topics] + noise
        embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
        queries = pa.array(np.arange(start, start + rows))
        offsets = pa.array(np.arange(rows + 1, dtype=np.int32) * dimensions)
        lists = pa.ListArray.from_arrays(offsets, pa.array(embeddings.ravel()))

        ease = self.skills[topics] - 0.8 * random.standard_normal((rows, 1))
        right = random.random(ease.shape) < 1 / (1 + np.exp(-2 * ease))
        inputs = np.ceil(200 * random.lognormal(0, 0.6, (rows, 1))) * np.ones(len(MODELS))
        _, price_in, price_out, answer = np.array(list(MODELS.values())).T
        outputs = np.ceil(answer * random.lognormal(0, 0.5, ease.shape))
        cost = (inputs * price_in + outputs * price_out) / 1e6
        names = pa.DictionaryArray.from_arrays(np.tile(np.arange(len(MODELS), dtype=np.int8), rows), list(MODELS))
        return {
            "embeddings": pa.table({"query": queries, "embedding": lists}),
            "outcomes": pa.table(
                {
                    "query": np.repeat(queries, len(MODELS)),
                    "model": names.cast(pa.string()),
                    "score": right.astype(np.float64).ravel(),
                    "cost": cost.ravel(),
                    "input_tokens": inputs.ravel().astype(np.int64),
                    "output_tokens": outputs.ravel().astype(np.int64),
                }
            ),
        }


if __name__ == "__main__":
    folder, rows, dimensions, seed = (sys.argv[1:] + ["256", "42"][len(sys.argv) - 3 :])[:4]
    simulation = Simulation(int(dimensions), int(seed))
    simulation.write(Path(folder) / "log", int(rows))
    simulation.write(Path(folder) / "held-out", HELD_OUT)
