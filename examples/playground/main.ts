import { clusterPanel } from './panels/cluster.js';
import { clustersPanel } from './panels/clusters.js';
import { comparePanel } from './panels/compare.js';
import { dialPanel } from './panels/dial.js';
import { mapPanel } from './panels/map.js';
import { modelsPanel } from './panels/models.js';
import { openPanel } from './panels/open.js';
import { planePanel } from './panels/plane.js';
import { pointPanel } from './panels/point.js';
import { queryPanel } from './panels/query.js';
import { verdictPanel } from './panels/verdict.js';
import { Session } from './session.js';

const session = new Session();
const panels = [
  openPanel,
  dialPanel,
  verdictPanel,
  planePanel,
  pointPanel,
  queryPanel,
  mapPanel,
  clusterPanel,
  clustersPanel,
  modelsPanel,
  comparePanel,
];
for (const panel of panels) panel(session);
