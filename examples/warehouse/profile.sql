-- What a fit on given centroids sums up, in SQL: DuckDB's, and with the changes below BigQuery's or Snowflake's.
--
-- In:   embeddings (query, embedding)
--       outcomes   (query, model, score, cost, input_tokens, output_tokens), NULL where something was not observed
--       centroids  (cluster, centroid), clusters counted from 0
-- Out:  nearest, statistics, cluster_sizes, distance_quantiles
--
--                 DuckDB                             BigQuery                          Snowflake
--   at length 1   list_transform over the numbers    ARRAY(SELECT … FROM UNNEST(…))    VECTOR_NORMALIZE(a)
--   distance      list_distance(a, b)                ML.DISTANCE(a, b, 'EUCLIDEAN')    VECTOR_L2_DISTANCE(a, b)
--   quantiles     quantile_cont(x, [0, .01, …])      APPROX_QUANTILES(x, 100)          PERCENTILE_CONT, one by one
--
-- Names in double quotes are the keys of the rows that routerFromStatistics takes; BigQuery quotes with backticks.

-- Each embedding at length 1, its numbers rounded to Float32, as the library holds them; where yours have length 1, that
-- changes their last digit only. A query without an embedding is left out.
CREATE OR REPLACE TEMP VIEW unit_embeddings AS
SELECT
  query,
  CAST(list_transform(embedding, lambda x: CAST(x / length AS FLOAT)) AS DOUBLE[]) AS embedding
FROM (
  SELECT query, embedding, sqrt(list_inner_product(embedding, embedding)) AS length
  FROM (SELECT query, CAST(embedding AS DOUBLE[]) AS embedding FROM embeddings WHERE embedding IS NOT NULL)
);

-- The nearest centroid of each query; of two that are as near, the first.
CREATE OR REPLACE TEMP TABLE nearest AS
SELECT query, cluster, distance
FROM (
  SELECT query, cluster, list_distance(embedding, centroid) AS distance
  FROM unit_embeddings
  CROSS JOIN centroids
)
QUALIFY row_number() OVER (PARTITION BY query ORDER BY distance, cluster) = 1;

-- Sums per cluster and model. A negative or infinite cost is no measurement.
CREATE OR REPLACE TEMP VIEW statistics AS
SELECT
  cluster,
  model,
  count(score) AS "count",
  sum(score) AS "scoreSum",
  sum(score * score) AS "scoreSquareSum",
  count(cost) AS "costCount",
  sum(cost) AS "costSum",
  count(input_tokens + output_tokens) AS "tokenCount",
  sum(CASE WHEN output_tokens IS NOT NULL THEN input_tokens END) AS "inputTokenSum",
  sum(CASE WHEN input_tokens IS NOT NULL THEN output_tokens END) AS "outputTokenSum"
FROM (
  SELECT query, model, score, CASE WHEN cost >= 0 AND cost < 1e300 THEN cost END AS cost, input_tokens, output_tokens
  FROM outcomes
)
JOIN nearest USING (query)
GROUP BY cluster, model;

-- The number of queries of each cluster, in the order of clusters; 0 where a centroid is nobody's nearest.
CREATE OR REPLACE TEMP VIEW cluster_sizes AS
SELECT cluster, count(query) AS size
FROM centroids
LEFT JOIN nearest USING (cluster)
GROUP BY cluster
ORDER BY cluster;

-- 0 %, 1 %, …, 100 % of the distances to the own centroid, linear between neighbours.
CREATE OR REPLACE TEMP VIEW distance_quantiles AS
SELECT quantile_cont(distance, list_transform(range(101), lambda i: i / 100)) AS quantiles
FROM nearest;
