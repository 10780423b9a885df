"""Packs evaluation records and their embeddings into zeroeval-10.json: columns, and int8 embeddings in base64.

    python3 pack.py RECORDS.jsonl MINILM.f32

A row's largest number becomes ±127. The scale is not kept, since a router normalises every embedding. Query texts are left out.
"""

import base64
import json
import sys

import numpy as np

PRICES = {  # USD per million tokens, list prices at release: input, output
    "Meta-Llama-3.1-70B-Instruct": (0.9, 0.9),
    "Mistral-Large-2": (3, 9),
    "Qwen2-7B-Instruct": (0.2, 0.2),
    "claude-3-5-haiku-20241022": (0.8, 4),
    "claude-3-5-sonnet-20241022": (3, 15),
    "deepseek-v2.5-0908": (0.14, 0.28),
    "gemini-1.5-pro": (3.5, 10.5),
    "gemma-2-2b-it": (0.1, 0.1),
    "gpt-4o-2024-08-06": (2.5, 10),
    "gpt-4o-mini-2024-07-18": (0.15, 0.6),
}

records_path, embeddings_path = sys.argv[1:]
with open(records_path, encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]

datasets = {}
for record in records:
    # What the loader counts up again: a dataset's records stand together, numbered from 0.
    number = int(record["index"].rsplit("#", 1)[1])
    assert number == datasets.get(record["dataset"], 0), record["index"]
    datasets[record["dataset"]] = number + 1
assert len({record["query"] for record in records}) == len(records)

models = {}
for model, (input_price, output_price) in PRICES.items():
    usages = [record["usages"][model] for record in records]
    for record, usage in zip(records, usages):
        cost = (usage["input_tokens"] * input_price + usage["output_tokens"] * output_price) / 1e6
        assert abs(cost - usage["cost"]) < 1e-15
        # One tokenizer for all models: the input is counted once.
        assert usage["input_tokens"] == record["usages"]["gemma-2-2b-it"]["input_tokens"]
        assert record["records"].keys() == PRICES.keys()
    models[model] = {
        "price": {"input": input_price, "output": output_price},
        "scores": "".join(str(int(record["records"][model])) for record in records),
        "outputTokens": [usage["output_tokens"] for usage in usages],
    }

vectors = np.fromfile(embeddings_path, dtype="<f4").reshape(len(records), -1)
quantised = np.round(127 * vectors / np.abs(vectors).max(axis=1, keepdims=True)).astype(np.int8)
assert len(np.unique(quantised, axis=0)) == len(records)

sample = {
    "datasets": datasets,
    "inputTokens": [record["usages"]["gemma-2-2b-it"]["input_tokens"] for record in records],
    "models": models,
    "embedding": {
        "id": "all-MiniLM-L6-v2 int8",
        "dimensions": vectors.shape[1],
        "int8": base64.b64encode(quantised.tobytes()).decode(),
    },
}
with open("zeroeval-10.json", "w", encoding="utf-8") as output:
    json.dump(sample, output, separators=(",", ":"))
    output.write("\n")
