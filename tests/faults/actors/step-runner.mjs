// Runs a workflow over state in one SQLite file, edits the state, and runs it again, until it is killed or told to stop.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import { brokenOutputs, etlWorkflow, NEEDS } from '../etl-steps.mjs'
import { createRunner, isUnitflowError } from '../package-under-test.mjs'
import { append } from '../parcel-flows.mjs'
import { seeded } from '../seeded.mjs'
import { openSteps } from '../step-state.mjs'

await actor(async ({ folder, owner, seed, hasLarge }) => {
  const random = seeded(seed, owner)
  const { state } = openSteps(folder, hasLarge)
  const workflow = etlWorkflow(async (step) => {
    if (random.chance(0.5)) await pause(random.next() ** 3 * 30)
    if (random.chance(0.02)) throw new Error(`${step} fails`)
  })
  const runner = createRunner({ workflow, state, concurrency: random.between(1, 4) })
  return async () => {
    const changed = NEEDS.filter(() => random.chance(0.4)).map((name) => [name, random.below(6)])
    if (changed.length > 0) await state.setMany(Object.fromEntries(changed))
    try {
      const report = await runner.run()
      const broken = report.status === 'completed' ? brokenOutputs(report.outputs) : []
      if (broken.length > 0) throw new Error(broken.join('\n'))
      append(join(folder, 'runs.log'), { owner, status: report.status, ran: report.ran.length })
    } catch (error) {
      // Another one edits it all the time.
      if (!isUnitflowError(error, 'state-keeps-changing')) throw error
    }
  }
})
