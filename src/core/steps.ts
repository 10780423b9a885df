/**
 * Long work under way: yields after each bounded piece of it, so that its driver can pause or abort; true where a pass over all
 * rows is complete.
 */
export type Steps<Result> = Generator<boolean, Result, undefined>;

/** Products of distances between two yields: about 10 ms with SIMD, 25 without. */
export const productsPerStep: number = 1 << 25;

/** Numbers added one by one between two yields: about 10 ms. */
export const additionsPerStep: number = 1 << 22;
