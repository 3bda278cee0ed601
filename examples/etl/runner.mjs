import { join } from 'node:path'
import { createRunner, fingerprint } from 'unitflow/steps'
import { openWarehouse, takeIn } from './states/warehouse.mjs'
import { SummaryFile } from './summary-file.mjs'
import { defineSalesSummary } from './workflows/sales-summary.mjs'

/**
 * The workflow over its state, with what is in the input files now.
 *
 * @param {object} [places]
 * @param {string} [places.input] the folder of orders.csv and prices.json
 * @param {string} [places.folder] the folder of the state and of summary.csv
 * @param {() => void} [places.midway] called in the middle of the last step
 */
export async function openRunner({
  input = join(import.meta.dirname, 'input'),
  folder = join(import.meta.dirname, '.etl'),
  midway = () => undefined,
} = {}) {
  const { state, close } = openWarehouse(folder)
  try {
    await takeIn(state, input)
  } catch (error) {
    await close()
    throw error
  }
  const file = new SummaryFile(join(folder, 'summary.csv'), midway)
  const steps = createRunner({ workflow: defineSalesSummary(file), state, reports: true })
  return { runner: withFile(steps, state, file), file, close }
}

/**
 * A runner that sees to the file as well. A file is no value: somebody may have changed or deleted it, and whoever goes back
 * to what was there before is given back the value that `load` gave then, for it need not run for that, and not the file.
 * So `load` runs again where the file is not the one that the state tells of.
 *
 * @param {import('unitflow/steps').StepRunner} steps
 * @param {import('unitflow/steps').State} state
 * @param {SummaryFile} file
 */
function withFile(steps, state, file) {
  return {
    plan: (options) => steps.plan(options),
    workflow: () => steps.workflow(),
    lastReport: () => steps.lastReport(),
    async run(options = {}) {
      const report = await steps.run(options)
      if (report.status !== 'completed') return report
      const text = await file.read()
      if (text !== undefined && fingerprint(text) === (await state.get('summary.written'))) return report
      const again = await steps.run({ ...options, force: ['load'] })
      const isLoad = ({ step }) => step === 'load'
      return {
        ...again,
        ran: [...report.ran.filter((step) => step !== 'load'), ...again.ran],
        skipped: report.skipped.filter((step) => !isLoad(step)),
        steps: report.steps.map((step) => (isLoad(step) ? (again.steps.find(isLoad) ?? step) : step)),
      }
    },
  }
}

/** What `unitflow steps` asks of a module. */
export const runner = async () => (await openRunner()).runner
