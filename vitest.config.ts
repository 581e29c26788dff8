import { defineConfig } from 'vitest/config'

/**
 * Two workers at most: tests that train load a library of 780 MB each. Forks, because that library may only be loaded
 * once a process and a crash in it must not end the whole run.
 */
export default defineConfig({
  test: {
    include: [
      'core/**/*.test.ts',
      'electron/**/*.test.ts',
      'renderer/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    isolate: true,
    // The slowest test needs 5 s alone; a machine that does other work besides gets twelve times that.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes within a second, on a machine of its own.
    expect: { poll: { timeout: 20_000 } },
    typecheck: { enabled: false },
  },
})
