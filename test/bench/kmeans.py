"""Times scikit-learn's KMeans on a float32 file, for clustering.bench.ts: kmeans.py FILE COLUMNS CLUSTERS N_INIT REPEATS."""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.cluster import KMeans

path, columns, clusters, n_init, repeats = sys.argv[1], *map(int, sys.argv[2:])
rows = np.fromfile(path, dtype="<f4").reshape(-1, columns)
seconds, inertias = {}, []
for dtype in (np.float32, np.float64):
    points = rows.astype(dtype, copy=False)
    seconds[dtype.__name__] = []
    for repeat in range(repeats):
        start = time.perf_counter()
        fitted = KMeans(clusters, n_init=n_init, random_state=repeat).fit(points)
        seconds[dtype.__name__].append(time.perf_counter() - start)
        inertias.append(float(fitted.inertia_))
medians = {name: float(np.median(values)) for name, values in seconds.items()}
print(
    json.dumps(
        {
            "version": sklearn.__version__,
            "type": min(medians, key=medians.get),
            "seconds": min(medians.values()),
            "inertia": float(np.median(inertias)),
            "best": min(inertias),
        }
    )
)
