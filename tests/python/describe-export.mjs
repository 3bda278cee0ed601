// Takes an exported workflow apart and prints what it holds, for test_export_specs.py:
// node describe-export.mjs < specs.json
import { readFileSync } from 'node:fs'
import { decompose } from 'unitflow'

const { manifest } = decompose(readFileSync(0))
const processes = manifest.processes.map(({ id, calls, embeds, triggers, missing }) => ({
  id,
  calls: Object.keys(calls),
  embeds,
  triggers,
  missing,
}))
process.stdout.write(
  JSON.stringify({ top: manifest.top, processes, elements: Object.keys(manifest.elements) }),
)
