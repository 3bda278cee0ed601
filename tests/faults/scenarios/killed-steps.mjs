// Processes that run a workflow of steps over one SQLite file, alone or two at once, are killed (S18, S20, S21, S23): what
// each step has given is all there, with what it was computed from, or none of it; every run that completes is right; and who
// comes next goes on.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import { brokenOutputs, computed, etlWorkflow, NEEDS, STEPS } from '../etl-steps.mjs'
import { createRunner, isUnitflowError } from '../package-under-test.mjs'
import { openSteps } from '../step-state.mjs'

const KILLS = 2

export const killedSteps = {
  name: 'killed-steps',
  share: 2,
  async round({ folder, random, count, round }) {
    const hasLarge = random.chance(0.5)
    const { records, state } = openSteps(folder, hasLarge)
    await state.setMany(Object.fromEntries(NEEDS.map((name) => [name, random.below(6)])))
    let made = 0
    const start = () => {
      const owner = `runner-${made++}`
      return startActor('step-runner', { folder, owner, seed: `${round}/${made}`, hasLarge })
    }
    const steady = random.chance(0.5) ? start() : undefined
    for (let kill = 0; kill < KILLS; kill++) {
      const one = start()
      if (random.chance(0.9)) await one.ready
      await pause(random.next() ** 2 * 200)
      one.kill()
      const { signal, failure } = await one.ended
      if (failure !== undefined) throw new Error(failure)
      if (signal !== 'SIGKILL') throw new Error(`it was to be killed and ended otherwise: ${signal}`)
      count('kills')
      await assertWhole(records, count)
      if (steady === undefined) await goOn(state, random, count)
      else await goOnBeside(state, count)
    }
    const ending = await steady?.stop()
    if (ending?.failure !== undefined) throw new Error(ending.failure)
    await assertWhole(records, count)
    await goOn(state, random, count)
    const problems = await records.check()
    if (problems.length > 0) throw new Error(problems.join('\n'))
    await records.close()
    countRuns(folder, count)
  },
}

/** Of each step all outputs are those of its last result: they were kept together. */
async function assertWhole(records, count) {
  const { marks, lasts } = await records.transact(
    async (transaction) => ({
      marks: await transaction.scan({ prefix: ['step_marks', 'etl'] }),
      lasts: await transaction.scan({ prefix: ['step_lasts', 'etl', 'etl'] }),
    }),
    { readonly: true },
  )
  const digests = new Map(marks.map(({ key, value }) => [key[2], value.replace(/^~/, '')]))
  const given = new Map(lasts.map(({ key, value }) => [key[3], value.outputs]))
  for (const { name, gives } of STEPS) {
    const there = gives.map((state) => digests.get(state)).join(' ')
    // In the order of the model's outputs.
    const last = (given.get(name) ?? gives.map(() => undefined)).join(' ')
    if (there !== last) throw new Error(`${name} has given ${last}, and the state has ${there}`)
    count('results checked')
  }
}

/** Nobody else is there: what was begun is completed, is right, and then there is nothing left to do. */
async function goOn(state, random, count) {
  const calls = []
  const runner = createRunner({ workflow: etlWorkflow((name) => void calls.push(name)), state })
  if (random.chance(0.5)) await state.set(random.pick(NEEDS), random.below(6))
  const before = await state.snapshot()
  const right = computed(NEEDS.map((name) => before[name]))
  const plan = await runner.plan()
  const report = await runner.run()
  if (report.status !== 'completed') throw new Error(`the rerun has ${JSON.stringify(report)}`)
  const early = plan.skips.filter((name) => calls.includes(name))
  if (early.length > 0) throw new Error(`${early} were to be skipped, and ran`)
  const after = await state.snapshot()
  for (const [name, value] of right) {
    if (JSON.stringify(after[name]) === JSON.stringify(value)) continue
    throw new Error(`${name} is ${JSON.stringify(after[name])?.slice(0, 200)} after the rerun`)
  }
  count('reruns')
  count('steps skipped in reruns', report.skipped.length)
  const again = await runner.run()
  if (again.ran.join() !== 'always') throw new Error(`nothing has changed, and ${again.ran} ran`)
}

/** Another process edits and runs all the time: what completes is right all the same. */
async function goOnBeside(state, count) {
  const runner = createRunner({ workflow: etlWorkflow(() => undefined), state })
  try {
    const report = await runner.run()
    if (report.status !== 'completed') throw new Error(`beside another one it has ${JSON.stringify(report)}`)
    const broken = brokenOutputs(report.outputs)
    if (broken.length > 0) throw new Error(broken.join('\n'))
    count('runs beside another')
  } catch (error) {
    if (!isUnitflowError(error, 'state-keeps-changing')) throw error
    count('runs given up')
  }
}

function countRuns(folder, count) {
  const path = join(folder, 'runs.log')
  // The last line of one that was killed may be half there.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  count('runs completed', lines.filter((line) => line.includes('"completed"')).length)
  count('runs failed', lines.filter((line) => line.includes('"failed"')).length)
}
