import { sizes } from '../report/drawing.js';
import { clustersPicture } from './clusters.js';
import { linesPicture } from './lines.js';
import { planePicture } from './plane.js';
import { standalone } from './standalone.js';

/** Every picture by its file name in `examples/guides/pictures`. */
export async function pictures(): Promise<{ [file: string]: string }> {
  const [wide] = sizes as [(typeof sizes)[number]];
  return {
    'cost-accuracy.svg': standalone(await planePicture()),
    'clusters.svg': standalone(await clustersPicture(wide)),
    'lines.svg': standalone(await linesPicture(wide)),
  };
}
