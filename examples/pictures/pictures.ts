import { standalone } from './standalone.js';
import { planePicture } from './plane.js';

/** Every picture by its file name in `examples/guides/pictures`. */
export async function pictures(): Promise<{ [file: string]: string }> {
  return { 'cost-accuracy.svg': standalone(await planePicture()) };
}
