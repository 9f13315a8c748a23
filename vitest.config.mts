import path from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: {
      'edgeloop/cluster': path.resolve('lib/cluster/index.ts'),
      'edgeloop/sys': path.resolve('lib/sys/index.ts'),
      'edgeloop/framing': path.resolve('lib/framing/index.ts'),
      edgeloop: path.resolve('lib/index.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Descriptors, signals and limits belong to a process: each test file has one of its own.
    pool: 'forks',
    // What hangs is found by them; what is slow, on a busy machine or under a sanitizer, is not meant.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A second, as it is by default, is little where other processes want the cores.
    expect: { poll: { timeout: 20_000 } },
  },
})
