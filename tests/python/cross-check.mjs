// Caches and reads layout v1 for test_cross_check.py: node cross-check.mjs cache|read <folder> < tasks.json
import { readFileSync } from 'node:fs'
import { cacheElementUnitsForWorkflow, workflowFromCachedElementUnit } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'

/** What the Python package writes; with the same stamp the two can be compared whole. */
const STAMP = 'spiff-element-units-0.3.1'

const [, , action, root] = process.argv
const store = createFilesystemStore({ root })
const tasks = JSON.parse(readFileSync(0, 'utf8'))
const answers = []
for (const task of tasks) answers.push(await answer(task))
process.stdout.write(JSON.stringify(answers))

async function answer(task) {
  try {
    return action === 'cache' ? await cache(task) : await read(task)
  } catch (error) {
    return { error: error.code ?? String(error) }
  }
}

async function cache({ cacheKey, file }) {
  await cacheElementUnitsForWorkflow(store, cacheKey, readFileSync(file), { layout: 'v1' })
  return {}
}

async function read({ cacheKey, processId, elementId }) {
  const options = { layout: 'v1', stamp: STAMP }
  return { text: await workflowFromCachedElementUnit(store, cacheKey, processId, elementId, options) }
}
