// What users install: the built package, by its own name.
import { existsSync } from 'node:fs'

/** Says that there is nothing to test yet. */
export class MissingBuild extends Error {}

const FILES = [
  ...['index.js', 'stores/filesystem.js', 'records/sqlite.js'],
  ...['deciders.js', 'deciders/units.js', 'flows.js', 'steps.js', 'testing.js'],
]
for (const file of FILES)
  if (!existsSync(new URL(`../../dist/${file}`, import.meta.url)))
    throw new MissingBuild(`dist/${file} is missing: run npm run build first`)

export const {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  decompose,
  isUnitflowError,
  prune,
  readElementUnit,
  readManifest,
  removeWorkflow,
  verifyStore,
} = await import('unitflow')
export const { createFilesystemStore } = await import('unitflow/stores/filesystem')
export const { createSqliteRecords } = await import('unitflow/records/sqlite')
export const {
  completeProcess,
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  defineWorkflow,
  of,
  scheduleActivity,
  startChildProcess,
  startTimer,
} = await import('unitflow/deciders')
export const { createProcessHarness } = await import('unitflow/testing')
export const { comparisons, defineUnitWorkflow } = await import('unitflow/deciders/units')
export const { createFlowRunner, defineFlow, defineTask } = await import('unitflow/flows')
export const { createRecordState, createRunner, createStepWorkflow, defineModel, defineStep } =
  await import('unitflow/steps')
