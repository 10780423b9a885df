/**
 * Shannon entropy of shares that sum to 1, in bits:
 *
 *     H = −Σ s_i · log₂ s_i        from 0 (one model takes all) to log₂ m (m models share equally)
 *
 * A figure for reports only: the last bit of a logarithm differs between engines, so no decision may hang on it.
 */
export function shareEntropy(shares: Iterable<number>): number {
  let bits = 0;
  for (const share of shares) if (share > 0) bits -= share * Math.log2(share);
  return bits;
}
