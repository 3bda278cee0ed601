import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

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
      { find: /^unitflow\/read$/, replacement: fileURLToPath(new URL('ts/read.ts', import.meta.url)) },
      { find: /^unitflow\/(.+)$/, replacement: fileURLToPath(new URL('ts/', import.meta.url)) + '$1/index.ts' },
    ],
  },
  test: { include: ['tests/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})

export default config
