// What differs between CPython and `comparisons`, for test_expressions.py: node compare-expressions.mjs < cases.json
import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const judge = fileURLToPath(new URL('../unit/comparisons/differing-cases.ts', import.meta.url))
const { outputFiles } = await build({
  entryPoints: [judge],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
})
const [{ text }] = outputFiles
const { differingCases } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
process.stdout.write(JSON.stringify(differingCases(JSON.parse(readFileSync(0, 'utf8')))))
