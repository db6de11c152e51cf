import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.mjs';

export default defineConfig({
  test: { ...shared, include: ['tests/deploy/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 },
});
