"""Clusters a log with Spark's MLlib and adds up what every model achieved in each cluster.

    python spark.py FOLDER OUTPUT.json CLUSTERS SPACE [FIT_ON=100000]

reads FOLDER/embeddings.parquet and FOLDER/outcomes.parquet (see profile.sql), fits the clusters on so many rows, drawn at
random (0: on all), adds up all of them, and writes what `routerFromStatistics` takes. Where it runs is spark-submit's
business.
"""

import json
import os
import sys
import time

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import Normalizer
from pyspark.ml.functions import array_to_vector
from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def fit(embeddings, clusters: int, rows: int) -> np.ndarray:
    """Centroids of the embeddings at length 1, rounded to Float32, as the router will hold them."""
    total = embeddings.count() if rows > 0 else 0
    if total > rows:
        embeddings = embeddings.sample(rows / total, seed=42)
    vectors = embeddings.select(array_to_vector("embedding").alias("vector"))
    unit = Normalizer(inputCol="vector", outputCol="features").transform(vectors).select("features")
    # Finding the first centroids passes over the rows a few times; the iterations keep a copy of their own, in blocks.
    unit.persist(StorageLevel.MEMORY_AND_DISK)
    model = KMeans(k=clusters, seed=42, maxIter=20, solver="block").fit(unit)
    unit.unpersist()
    return np.array(model.clusterCenters(), dtype=np.float32)


def assign(embeddings, centroids: np.ndarray):
    """Each query's nearest centroid, of two that are as near the first, and its distance."""

    def nearest(batches):
        squares = (centroids.astype(np.float64) ** 2).sum(axis=1)
        for batch in batches:
            lists = batch.column("embedding")
            rows = lists.flatten().to_numpy(zero_copy_only=False).reshape(len(lists), -1).astype(np.float64)
            rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32).astype(np.float64)
            cluster = (squares - 2 * rows @ centroids.T.astype(np.float64)).argmin(axis=1).astype(np.int32)
            distance = np.linalg.norm(rows - centroids[cluster], axis=1)
            yield pa.RecordBatch.from_pydict({"query": batch.column("query"), "cluster": cluster, "distance": distance})

    return embeddings.mapInArrow(nearest, "query long, cluster int, distance double")


def add_up(outcomes, assigned):
    """The sums of profile.sql."""
    measured = F.when((F.col("cost") >= 0) & (F.col("cost") < 1e300), F.col("cost"))
    both = F.col("input_tokens") + F.col("output_tokens")
    return (
        outcomes.withColumn("cost", measured)
        .join(assigned.select("query", "cluster"), "query")
        .groupBy("cluster", "model")
        .agg(
            F.count("score").alias("count"),
            F.sum("score").alias("scoreSum"),
            F.sum(F.col("score") * F.col("score")).alias("scoreSquareSum"),
            F.count("cost").alias("costCount"),
            F.sum("cost").alias("costSum"),
            F.count(both).alias("tokenCount"),
            F.sum(F.when(both.isNotNull(), F.col("input_tokens"))).alias("inputTokenSum"),
            F.sum(F.when(both.isNotNull(), F.col("output_tokens"))).alias("outputTokenSum"),
        )
    )


def main(folder: str, output: str, clusters: int, space: str, fit_on: int) -> None:
    spark = SparkSession.builder.appName("pareto-router").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    seconds = {}

    def timed(name, work):
        begin = time.monotonic()
        result = work()
        seconds[name] = round(time.monotonic() - begin, 1)
        return result

    embeddings = spark.read.parquet(os.path.join(folder, "embeddings.parquet"))
    outcomes = spark.read.parquet(os.path.join(folder, "outcomes.parquet"))
    centroids = timed("k-means", lambda: fit(embeddings, clusters, fit_on))
    # Kept: the passes below would assign anew, each.
    assigned = assign(embeddings, centroids).persist(StorageLevel.MEMORY_AND_DISK)
    sizes = timed("assignment", lambda: dict(assigned.groupBy("cluster").count().collect()))
    grid = [i / 100 for i in range(101)]
    # In one pass over logs of any length; right to 1 in 10,000 ranks.
    quantiles = timed("distances", lambda: assigned.agg(F.percentile_approx("distance", grid, 10_000)).first()[0])
    statistics = timed("sums", lambda: [row.asDict() for row in add_up(outcomes, assigned).collect()])
    result = {
        "embedding": {"id": space, "dimensions": centroids.shape[1]},
        "centroids": centroids.tolist(),
        "statistics": statistics,
        "clusterSizes": [sizes.get(cluster, 0) for cluster in range(len(centroids))],
        "distanceQuantiles": quantiles,
    }
    with open(output, "w") as file:
        json.dump(result, file)
    print(json.dumps(seconds))
    spark.stop()


if __name__ == "__main__":
    folder, output, clusters, space, fit_on = (sys.argv[1:] + ["100000"])[:5]
    main(folder, output, int(clusters), space, int(fit_on))
