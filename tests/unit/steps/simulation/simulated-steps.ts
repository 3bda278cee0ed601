import { createManualClock } from '../../../../ts/clock/index.js'
import { isUnitflowError } from '../../../../ts/errors/index.js'
import type { RunOptions, StepRunReport } from '../../../../ts/steps/index.js'
import { seededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { encodeValue } from '../../../../ts/values/index.js'
import { InjectedFailure } from '../../deciders/simulation/faulty-records.js'
import { Turns } from '../../deciders/simulation/turns.js'
import { brokenForm, brokenRun, brokenValues, isThere } from './check-run.js'
import { Editor } from './edits.js'
import type { Values } from './oracle.js'
import { oracle } from './oracle.js'
import { alwaysRuns, mannerOf } from './planned-step.js'
import type { Plan } from './random-workflow.js'
import { editedPlan, randomPlan } from './random-workflow.js'
import type { StepProcess } from './step-media.js'
import { randomMedia } from './step-media.js'
import { StepWorld } from './step-world.js'

/** What happened in a run, so that a test can tell that something did. */
export interface SimulatedSteps {
  readonly runs: number
  readonly completed: number
  readonly notCompleted: number
  readonly ran: number
  readonly skipped: number
  readonly restored: number
  /** Steps that ran and gave what was there: who needs it need not run. */
  readonly cutOffs: number
  readonly edits: number
  /** Runs during which others ran, or the state was edited. */
  readonly busy: number
  readonly deaths: number
  readonly canceled: number
  readonly failures: number
  readonly commits: number
  /** All reports: the same seed gives the same. */
  readonly trace: string
}

type Counts = Record<Exclude<keyof SimulatedSteps, 'trace'>, number>

/**
 * One simulated life of a workflow: it runs, is edited, runs again, as does its state; runs are killed, called off, disturbed
 * and run side by side, in virtual time. What it comes to is compared with an oracle that computes everything each time.
 *
 * @throws where a value is wrong, something is half there, or a report or a plan says what is not so
 */
export async function simulatedSteps(seed: number): Promise<SimulatedSteps> {
  const random = seededRandom(seed)
  const clock = createManualClock(1_000_000)
  const turns = new Turns(clock, random)
  const media = randomMedia(random, clock, turns)
  const life = new Life(new StepWorld(random, clock, turns, media), randomPlan(random))
  await life.change()
  for (let left = 3 + random.below(5); left > 0; left--) {
    await life.change()
    switch (random.below(5)) {
      case 0:
        await life.runBroken()
        break
      case 1:
        await life.runBusy()
        break
      default:
        await life.runQuiet(life.world.randomOptions(life.plan))
    }
    assertNothing(await life.world.brokenLasts(life.plan))
  }
  await life.runTwice()
  return life.end()
}

class Life {
  readonly world: StepWorld
  plan: Plan
  readonly #counts: Counts = {
    ...{ runs: 0, completed: 0, notCompleted: 0, ran: 0, skipped: 0, restored: 0, cutOffs: 0 },
    ...{ edits: 0, busy: 0, deaths: 0, canceled: 0, failures: 0, commits: 0 },
  }
  readonly #trace: unknown[] = []

  constructor(world: StepWorld, plan: Plan) {
    this.world = world
    this.plan = plan
  }

  end(): SimulatedSteps {
    const trace = JSON.stringify([this.#trace, this.world.turns.count], (key, value: unknown) =>
      key === 'stack' ? undefined : value,
    )
    return { ...this.#counts, ...this.world.media.faults(), trace }
  }

  /** While nobody runs: edits of the state, of the workflow, of what nobody knows of. */
  async change(): Promise<void> {
    const { random, media, clock } = this.world
    if (random.below(3) === 0) this.plan = editedPlan(this.plan, random)
    const { state, cache } = media.observe()
    const editor = new Editor(this.world, state, cache, await media.values())
    await editor.provide(this.plan)
    for (let left = random.pick([0, 0, 1, 2, 4]); left > 0; left--) await editor.edit(this.plan)
    this.#counts.edits += editor.edits
    if (random.below(4) === 0) this.world.world++
    if (random.below(4) === 0) await clock.advance(random.pick([1, 1000, 49_999, 50_000]))
  }

  /** One run to which nothing happens: all of it is as the oracle says. */
  async runQuiet(
    options: RunOptions,
    process: StepProcess = this.world.media.start(),
  ): Promise<StepRunReport> {
    const { world } = this
    const { media } = world
    const before = await media.values()
    const lastsBefore = await world.lasts(this.plan)
    const expected = oracle(this.plan, before, world.world, media.isMutable)
    for (const { outputs } of expected.steps) for (const value of outputs.values()) world.know(value)
    const runner = world.startRunner(process, this.plan)
    const plan = await world.drive(runner.plan(options))
    world.calls.clear()
    const report = await world.drive(runner.run(options))
    const calls = new Map(world.calls)
    const [after, lastsAfter] = [await media.values(), await world.lasts(this.plan)]
    const { isLimited } = media
    this.#count(report)
    assertNothing(
      brokenRun({
        ...{ expected, options, before, after, lastsBefore, lastsAfter, report, plan, calls, isLimited },
      }),
    )
    return report
  }

  /** One run that is killed, called off, or whose commits fail: of each step all is there, or nothing. */
  async runBroken(): Promise<void> {
    const { world } = this
    const { media, random } = world
    const before = await media.values()
    const expected = oracle(this.plan, before, world.world, media.isMutable)
    const process = media.start()
    const abort = new AbortController()
    const kind = random.pick(['die', 'abort', 'fail'] as const)
    if (kind === 'fail') media.setFaulty(true)
    const options = { ...world.randomOptions(this.plan), keep: true, signal: abort.signal }
    const running = settled(world.startRunner(process, this.plan).run(options))
    if (kind === 'fail') await world.drive(running)
    else await world.pass(random.below(random.pick([2, 6, 20])))
    if (kind === 'die') {
      process.die()
      this.#counts.deaths++
      await world.pass(40)
    } else {
      if (kind === 'abort') abort.abort(new Error('planned'))
      const report = await world.drive(running)
      await world.pass(40)
      if (report !== undefined) {
        this.#count(report)
        assertNothing(brokenForm(report, expected))
      }
    }
    media.setFaulty(false)
    const [after, lasts] = [await media.values(), await world.lasts(this.plan)]
    const left = new Map(before)
    for (const { step, type, outputs } of expected.steps) {
      const isNew = [...outputs].every(([state, value]) => isThere(after, state, value))
      const wasNew = [...outputs].every(([state, value]) => isThere(before, state, value))
      if (!isNew || type !== 'gives') continue
      for (const [state, value] of outputs) left.set(state, value)
      const last = lasts.get(step.name)
      if (!wasNew && mannerOf(step).policy !== 'off') {
        const given = new Map(Object.entries(last?.outputs ?? {}))
        assertNothing(brokenValues(`the last of ${step.name}`, given, outputs))
      }
    }
    // What is not all new is all as it was.
    assertNothing(brokenValues(`the state after ${kind}`, after, left))
  }

  /** Several runs at once, while somebody edits: what completes is right for some state that there was meanwhile. */
  async runBusy(): Promise<void> {
    const { world } = this
    const { media, random, turns } = world
    media.setFaulty(media.isInRecords && random.below(2) === 0)
    const { state, cache } = media.start()
    const editor = new Editor(world, state, cache, await media.values())
    const runs = Array.from({ length: 1 + random.below(3) }, () => this.#runAmongOthers(editor))
    const editing = async (): Promise<void> => {
      for (let left = random.below(8); left > 0; left--) {
        await turns.turns(random.pick([1, 4, 12]))
        await editor.edit(this.plan)
      }
    }
    await world.drive(Promise.all([...runs, editing()]))
    await world.pass(40)
    media.setFaulty(false)
    this.#counts.edits += editor.edits
  }

  async #runAmongOthers(editor: Editor): Promise<void> {
    const { world } = this
    const { random, media, turns } = world
    const process = media.start()
    const other = editedPlan(this.plan, random)
    const plan = random.below(3) === 0 && isApart(this.plan, other) ? other : this.plan
    await turns.turns(6)
    const from = editor.settled
    const abort = new AbortController()
    let isOver = false
    const options = { ...world.randomOptions(plan), signal: abort.signal }
    const running = settled(world.startRunner(process, plan).run(options)).finally(() => (isOver = true))
    const died = new Promise<undefined>((resolve) => {
      const disturb = async (): Promise<void> => {
        const kind = random.below(6)
        await turns.turns(random.pick([3, 15, 40]))
        if (isOver || kind > 1) return
        if (kind === 1) abort.abort()
        else {
          process.die()
          this.#counts.deaths++
          resolve(undefined)
        }
      }
      turns.begin(disturb())
    })
    const report = await Promise.race([running, died])
    this.#counts.busy++
    if (report === undefined) return
    this.#count(report)
    const seen = editor.history.slice(from)
    const all = seen.map((values) => oracle(plan, needsIn(plan, values), world.world, true))
    const [first] = all
    if (first !== undefined) assertNothing(brokenForm(report, first))
    if (report.status !== 'completed') return
    const outputs = new Map(Object.entries(report.outputs))
    const isRight = all.some(
      ({ isCompleted, results }) => isCompleted && brokenValues('', outputs, results).length === 0,
    )
    if (!isRight) throw new Error(`no state that there was gives ${encodeValue(report.outputs)}`)
  }

  /** After a run without edits nothing runs but what always does, and the plan says so. */
  async runTwice(): Promise<void> {
    const first = await this.runQuiet({})
    if (this.plan.some((step) => mannerOf(step).ttl !== undefined)) return
    const process = this.world.media.start()
    const failed = new Set(first.failed)
    const always = first.steps
      .map(({ step }) => step)
      .filter((name) => !failed.has(name))
      .filter((name) => this.plan.some((step) => step.name === name && alwaysRuns(mannerOf(step).policy)))
    const runner = this.world.startRunner(process, this.plan)
    const planned = (await this.world.drive(runner.plan())).runs.filter((name) => !failed.has(name))
    if (planned.join() !== always.join()) throw new Error(`planned: ${planned.join()}, not ${always.join()}`)
    const { ran } = await this.runQuiet({}, process)
    if (ran.join() !== always.join()) throw new Error(`ran again: ${ran.join()}, not ${always.join()}`)
  }

  #count(report: StepRunReport): void {
    const { steps, outputs, priorState, newState, ...rest } = report
    this.#trace.push(rest, steps, encodeValue([outputs, priorState, newState]))
    this.#counts.runs++
    this.#counts[report.status === 'completed' ? 'completed' : 'notCompleted']++
    if (report.status === 'canceled') this.#counts.canceled++
    for (const one of steps) {
      if (one.type === 'skipped') this.#counts[one.restored === undefined ? 'skipped' : 'restored']++
      if (one.type !== 'ran') continue
      this.#counts.ran++
      if (one.changed.length === 0) this.#counts.cutOffs++
    }
  }
}

/** A report; nothing where the run has ended as one may that is disturbed. */
async function settled(running: Promise<StepRunReport>): Promise<StepRunReport | undefined> {
  try {
    return await running
  } catch (error) {
    if (error instanceof InjectedFailure || isUnitflowError(error, 'state-keeps-changing')) return undefined
    throw error
  }
}

/** Whether neither gives what the other one takes from elsewhere. */
function isApart(one: Plan, other: Plan): boolean {
  const gives = (plan: Plan): Set<string> =>
    new Set(plan.flatMap(({ outputs }) => outputs.map(({ state }) => state)))
  const needs = (plan: Plan): string[] => {
    const given = gives(plan)
    return plan.flatMap(({ inputs }) => inputs.map(({ state }) => state)).filter((name) => !given.has(name))
  }
  const [first, second] = [gives(one), gives(other)]
  return !needs(one).some((name) => second.has(name)) && !needs(other).some((name) => first.has(name))
}

function needsIn(plan: Plan, values: Values): Values {
  const given = new Set(plan.flatMap(({ outputs }) => outputs.map(({ state }) => state)))
  return new Map([...values].filter(([name]) => !given.has(name)))
}

function assertNothing(broken: readonly string[]): void {
  if (broken.length > 0) throw new Error(broken.slice(0, 20).join('\n'))
}
