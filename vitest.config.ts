import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** These test what users install, so `dist` is built, packed and installed before the first of them. */
const PACKAGE_TESTS = ['packaging', 'runtimes', 'docs', 'examples'].map(
  (folder) => `tests/${folder}/**/*.test.ts`,
)

const config: ReturnType<typeof defineConfig> = defineConfig({
  plugins: [
    {
      // What esbuild's base64 loader does in the build.
      name: 'wasm-as-base64',
      enforce: 'pre',
      load(id: string) {
        if (!id.endsWith('.wasm')) return undefined
        return `export default ${JSON.stringify(readFileSync(id, 'base64'))}`
      },
    },
  ],
  resolve: {
    alias: [
      { find: /^unitflow$/, replacement: fileURLToPath(new URL('ts/index.ts', import.meta.url)) },
      {
        find: /^unitflow\/(read|slim)$/,
        replacement: fileURLToPath(new URL('ts/', import.meta.url)) + '$1.ts',
      },
      {
        find: /^unitflow\/(.+)$/,
        replacement: fileURLToPath(new URL('ts/', import.meta.url)) + '$1/index.ts',
      },
    ],
  },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'source', include: ['tests/**/*.test.ts'], exclude: PACKAGE_TESTS } },
      {
        extends: true,
        test: {
          name: 'package',
          include: PACKAGE_TESTS,
          globalSetup: 'tests/packaging/installed-package.ts',
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})

export default config
