// What is timed, in every runtime the same. Only what all runtimes have.

/** Refused before any function of the core runs: the first time costs the core, the second only the refusal. */
const REFUSED = '"\ud800"'

/** The time that the core takes to be decoded, compiled and instantiated, in ms. */
export function initialiseCore({ decompose }) {
  const timed = () => {
    const start = performance.now()
    try {
      decompose(REFUSED)
    } catch {
      return performance.now() - start
    }
    throw new Error('a lone surrogate was taken')
  }
  const first = timed()
  return first - timed()
}

/** Caches the workflow and reads the unit that starts it. */
export async function firstUnit(unitflow, specs) {
  const { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit, unitJson } = unitflow
  const store = createMemoryStore()
  const report = await cacheElementUnitsForWorkflow(store, 'orders', specs)
  return unitJson(await readElementUnit(store, 'orders', { processId: report.processes[0].id })).length
}

/**
 * Loads the package and goes through to the first unit.
 *
 * @returns {Promise<{ imported: number, core: number, unit: number }>} ms: until the code was loaded, for the core, and
 *   from the import to the first unit
 */
export async function timeFirstUnit(load, specs) {
  const start = performance.now()
  const unitflow = await load()
  const imported = performance.now() - start
  const core = initialiseCore(unitflow)
  await firstUnit(unitflow, specs)
  return { imported, core, unit: performance.now() - start }
}
