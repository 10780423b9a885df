/**
 * Both benches, one after the other. Run: npm run bench -- [options]
 *
 *   --large          rows of 20,000 and 100,000 × 1,024 as well (minutes, 3 GB)
 *   --real FILE      embeddings of 256 dimensions as little-endian Float32, L2-normalised
 *   --repeats N      default: 11 for routing, 5 for clustering
 *   --json           two JSON documents, one for each bench
 */
import './routing.bench.js';
import './clustering.bench.js';
