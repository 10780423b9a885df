import type { RoutingRecord, TokenPrice, Usage } from 'pareto-router';

/** Records at other prices: what the named models cost is what their tokens cost now, as `router.withPrices` has it. */
export function reprice<R extends RoutingRecord>(
  records: readonly R[],
  prices: Readonly<Record<string, TokenPrice>>,
): readonly R[] {
  const changed = Object.entries(prices);
  if (changed.length === 0) return records;
  return records.map((record) => {
    const usages: { [model: string]: Usage | null | undefined } = { ...record.usages };
    for (const [model, price] of changed) {
      const usage = usages[model];
      if (usage) usages[model] = { ...usage, cost: costOf(usage, price) };
    }
    return { ...record, usages };
  });
}

/** USD; `null` without both token counts. */
function costOf(usage: Usage, price: TokenPrice): number | null {
  const input = usage.input_tokens ?? usage.prompt_tokens;
  const output = usage.output_tokens ?? usage.completion_tokens;
  return input == null || output == null ? null : (input * price.input + output * price.output) / 1e6;
}
