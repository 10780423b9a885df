import { defineConfig } from 'vitest/config';
import { parts } from './parts.js';

const { tests } = parts[process.env.MUTATED_PART ?? 'core']!;

/** The tests of one part, without types and coverage. */
export default defineConfig({ test: { include: [...tests], testTimeout: 60_000 } });
