// Runs a process of a workflow from its units, on this terminal. All that lasts is in a folder: the units, and run.db. Killed
// and started again, it goes on. Ends with 0; 1 where it could not go on, or the process has failed; 2 for wrong arguments;
// 3 where a person is asked and nobody is there.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cacheElementUnitsForWorkflow } from 'unitflow'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  isUnitflowError,
  workUntilIdle,
} from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { SCRIPTS } from './bindings.ts'
import { Person } from './person.mjs'
import { SERVICES } from './services.ts'
import { UnitsRead } from './units-read.mjs'

const USAGE = `usage: node run.mjs [--folder .run] [--specs <file>] [--process Order] [--data <JSON>]`
const COMPANY = fileURLToPath(new URL('../workflows/order-company.c.json', import.meta.url))
/** The one run of a folder. */
const ID = 'run-1'

process.exitCode = await main()

async function main() {
  let options
  try {
    options = readOptions()
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`)
    return 2
  }
  await mkdir(options.folder, { recursive: true })
  const records = createSqliteRecords({ path: join(options.folder, 'run.db') })
  const person = new Person()
  try {
    return await run(options, records, person)
  } catch (error) {
    console.error(messageOf(error))
    return 1
  } finally {
    person.leave()
    await records.close()
  }
}

/**
 * @param {ReturnType<typeof readOptions>} options
 * @param {import('unitflow/records').RecordStore} records
 * @param {Person} person
 */
async function run({ folder, specs, processId, data }, records, person) {
  const store = createFilesystemStore({ root: join(folder, 'units') })
  // A run that was started goes on with the version that it was started on, whatever is cached here later.
  const read = new UnitsRead(await cacheElementUnitsForWorkflow(store, 'workflow', await readFile(specs)))
  const workflow = await defineUnitWorkflow({
    name: 'run',
    store,
    cacheKey: 'workflow',
    processId,
    activities: { ...SCRIPTS, ...SERVICES },
    evaluate: comparisons,
    // What was decided when the program was killed is decided again after this time.
    decisionTimeout: '5s',
    // Once is enough, before the start: it reads all units, and a run only those that it has reached.
    check: false,
    onUnit: (unit) => read.add(unit),
  })
  const manager = createManager({ backend: createBackend({ records }), workflows: [workflow] })
  if (await isStarted(manager)) {
    console.log(`goes on with ${processId}`)
  } else {
    const { unbound, problems } = await workflow.check()
    for (const { process, element, type } of unbound) console.log(`unbound  ${process}/${element}, a ${type}`)
    for (const { process, element, problem } of problems)
      console.log(`problem  ${process}/${element}: ${problem}`)
    if (unbound.length + problems.length > 0) return 1
    await manager.start(workflow, data, { id: ID })
    console.log(`starts ${processId}`)
  }

  const workers = [createDecisionWorker(manager), createActivityWorker(manager, { concurrency: 8 })]
  for (;;) {
    // All that there is to do now is done: what is left waits for a person, or for a time.
    const next = await workUntilIdle(manager, workers)
    read.tell()
    const { closed } = await manager.process(ID)
    if (closed !== undefined) return told(closed.result)
    await tellActive(manager)
    const [task] = await manager.waiting({ activity: workflow.human })
    const answer = await person.ask(task, next)
    if (answer === 'nobody') return 3
    if (answer === 'later') continue
    try {
      await manager.complete(workflow.human, answer.token, answer.changes)
    } catch (error) {
      // A timer may have been faster, and the task is called off.
      if (!isUnitflowError(error, 'unknown-activity')) throw error
    }
  }
}

/** @param {import('unitflow/deciders').Manager} manager */
async function isStarted(manager) {
  try {
    await manager.process(ID)
    return true
  } catch (error) {
    if (isUnitflowError(error, 'no-such-process')) return false
    throw error
  }
}

/**
 * Where the run is, and what keeps a process from going on: it is tried again, ever later.
 *
 * @param {import('unitflow/deciders').Manager} manager
 */
async function tellActive(manager) {
  const active = await manager.active(ID)
  const elements = active.map((at) => (typeof at === 'string' ? at : `${at.processId}/${at.elementId}`))
  console.log(`is at    ${elements.join(', ')}`)
  const { processes } = await manager.list({ status: 'open' })
  for (const { id, failures } of processes) {
    if (failures?.error !== undefined) console.log(`trouble  in ${id}: ${failures.error.message}`)
  }
}

/** @param {import('unitflow/deciders').ProcessResult} result */
function told(result) {
  console.log(result.type)
  console.log(JSON.stringify('result' in result ? result.result : result, null, 2))
  return result.type === 'completed' ? 0 : 1
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: '.run' },
      specs: { type: 'string', default: COMPANY },
      process: { type: 'string', default: 'Order' },
      data: { type: 'string', default: '{}' },
    },
  })
  return { ...values, processId: values.process, data: JSON.parse(values.data) }
}

/** @param {unknown} error */
function messageOf(error) {
  if (isUnitflowError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
