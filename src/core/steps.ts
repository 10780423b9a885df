/**
 * Long work under way: yields after each bounded piece of it, so that its driver can pause or abort; true where a pass over all
 * rows is complete.
 */
export type Steps<Result> = Generator<boolean, Result, undefined>;

/** Products of distances between two yields: about 10 ms with SIMD, 25 without. */
export const productsPerStep: number = 1 << 25;

/** Numbers added one by one between two yields: about 10 ms. */
export const additionsPerStep: number = 1 << 22;

/** Adds up work: says whether this much more of it completes a piece of that size, and begins the next one. */
export function pieces(size: number): (work: number) => boolean {
  let done = 0;
  return (work) => {
    done += work;
    if (done < size) return false;
    done = 0;
    return true;
  };
}
