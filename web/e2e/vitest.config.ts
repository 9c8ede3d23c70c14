// Stories in a real browser. One after another: they share a world, a clock and two cores.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['stories/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 300_000,
    bail: 1,
    reporters: ['default', '../counting-reporter.ts'],
  },
})
