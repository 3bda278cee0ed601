// Caches workflows in layout v2 and prints the units that our own reader gives, for test_reader.py:
// node expected-units.mjs <folder> < jobs.json
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cacheElementUnitsForWorkflow, readElementUnit, readManifest, unitJson } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { generateWorkflow } from '../../bench/workflows/generate-workflow.mjs'

/** Longer units are compared by the hashes of their specs alone. */
const LONGEST_JSON = 20_000

const store = createFilesystemStore({ root: process.argv[2] })
for (const job of JSON.parse(readFileSync(0, 'utf8'))) {
  const { cacheKey, file, generate, requests = [], resumes = 0 } = job
  const workflow = generate ? generateWorkflow(generate) : readFileSync(file)
  await cacheElementUnitsForWorkflow(store, cacheKey, workflow)
  const manifest = await readManifest(store, cacheKey)
  const starts = manifest.processes.map(({ id }) => ({ processId: id, elements: [] }))
  for (const request of [...starts, ...chosen(manifest, resumes), ...requests]) {
    console.log(JSON.stringify({ cacheKey, ...request, ...(await read(cacheKey, request)) }))
  }
}

/** About so many requests to resume, spread over all processes and elements; some find nothing. */
function* chosen({ processes, elements }, count) {
  const ids = [...Object.keys(elements), ...processes.map(({ id }) => id)]
  const step = Math.max(1, Math.floor((processes.length * ids.length) / Math.max(1, count)))
  for (let at = 0; count > 0 && at < processes.length * ids.length; at += step) {
    const processId = processes[at % processes.length].id
    const elementId = ids[Math.floor(at / processes.length)]
    const holder = elements[elementId]?.[0] ?? elementId
    const other = ids[(at * 7 + 3) % ids.length]
    yield { processId, elements: [elementId] }
    if (at % 3 === 0) yield { processId, elements: [{ processId: holder, elementId }] }
    if (at % 3 === 1) yield { processId, elements: [elementId, other] }
    if (at % 3 === 2) yield { processId, elements: [{ processId: other, elementId }, 'in no process'] }
  }
}

async function read(cacheKey, request) {
  try {
    const unit = await readElementUnit(store, cacheKey, request)
    const { included, lazy, missing, reentered, rest } = unit
    const specs = included.map((id) => [id, hash(unit.specs[id].text)])
    const json = unitJson(unit)
    const whole = json.length <= LONGEST_JSON ? { json } : {}
    return { included, lazy, missing, reentered, rest, specs, ...whole }
  } catch (error) {
    return { error: error.code ?? String(error) }
  }
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex')
}
