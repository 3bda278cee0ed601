import { createManualClock } from '../../../../../ts/clock/index.js'
import type { WaitingActivity, WorkflowBackend } from '../../../../../ts/deciders/backend/index.js'
import { createBackend } from '../../../../../ts/deciders/backend/index.js'
import type { ActivityWorker, DecisionWorker, Manager } from '../../../../../ts/deciders/manager/index.js'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../../ts/deciders/manager/index.js'
import type { UnitTask, UnitWorkflow } from '../../../../../ts/deciders/units/index.js'
import { comparisons, defineUnitWorkflow } from '../../../../../ts/deciders/units/index.js'
import { createMemoryRecords } from '../../../../../ts/records/memory/index.js'
import { createMemoryStore } from '../../../../../ts/stores/memory/index.js'
import { seededRandom } from '../../../../../ts/testing/record-store/seeded-random.js'
import { cacheElementUnitsForWorkflow } from '../../../../../ts/units/index.js'
import { brokenRecords, recordsOfProcesses } from '../../simulation/check-records.js'
import { bindBlocks, given, stepsOf } from './bind-blocks.js'
import { allBlocks } from './blocks.js'
import { DrawnBlocks } from './draw-blocks.js'
import { Oracle } from './oracle.js'
import { RandomBlocks } from './random-blocks.js'

/** What happened in a run, so that a test can tell that something did. */
export interface SimulatedUnits {
  readonly elements: number
  readonly processes: number
  readonly events: number
  readonly answers: number
  readonly messages: number
  readonly timers: number
  readonly deaths: number
  readonly lostTasks: number
  /** All histories: the same seed gives the same. */
  readonly trace: string
}

const HOUR = 3_600_000
/** So long a slow person takes: what stands on the edge of their tasks comes before. */
const SLOW = 6 * HOUR
/** Decisions and activities that were lost are there again by then; what the drawn processes wait for is not yet due. */
const SOON = HOUR / 4
const MOST_FAULTS = 40
/** A run that is not over then never will be. */
const MOST_TURNS = 20_000

/** A program that runs units, until it dies. */
interface Program {
  readonly workflow: UnitWorkflow
  readonly manager: Manager
  readonly decisions: DecisionWorker
  readonly activities: ActivityWorker
}

/**
 * One run of the simulation: a workflow drawn at random of blocks, run by programs that die, over workers that lose what
 * they have taken, with people who answer, messages that come, and time that goes by. What it comes to, and how often each
 * element was completed, must be what the blocks come to where each is looked at by itself. All of it follows from the seed.
 *
 * @throws where it comes to something else, to nothing, or leaves something behind
 */
export async function simulatedUnits(seed: number): Promise<SimulatedUnits> {
  const random = seededRandom(seed)
  const top = new RandomBlocks(random).top()
  const drawn = new DrawnBlocks()
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'drawn', drawn.specs(top))
  const steps = stepsOf(top)
  const activities = bindBlocks(top, random)
  const clock = createManualClock(1_000_000)
  const records = createMemoryRecords()
  let ids = 0
  const newId = (): string => `i${++ids}`
  const inner = createBackend({ records, clock, newId, random: () => random.next() })
  const counts = { answers: 0, messages: 0, timers: 0, deaths: 0, lostTasks: 0, faults: 0 }
  const isFaulty = (): boolean => counts.faults < MOST_FAULTS

  const backend: WorkflowBackend = new Proxy(inner, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      if (name !== 'completeDecisionTask')
        return (...args: unknown[]): unknown => Reflect.apply(method, target, args)
      return async (...args: unknown[]): Promise<unknown> => {
        const fate = isFaulty() ? random.below(30) : 30
        if (fate < 2) counts.faults++
        if (fate === 0) throw new Error('the call was lost')
        const answer: unknown = await Reflect.apply(method, target, args)
        if (fate === 1) throw new Error('the answer was lost')
        return answer
      }
    },
  })
  const program = async (): Promise<Program> => {
    const workflow = await defineUnitWorkflow({
      ...{ name: 'drawn', store, cacheKey: 'drawn', processId: 'Top', activities, evaluate: comparisons },
      check: random.below(2) === 0,
      timeout: '36500d',
    })
    if (workflow.unbound.length + workflow.problems.length > 0)
      throw new Error(JSON.stringify([workflow.unbound, workflow.problems]))
    const manager = createManager({ backend, workflows: [workflow], clock })
    const decisions = createDecisionWorker(manager, { remembered: random.pick([1, 1000]) })
    return { workflow, manager, decisions, activities: createActivityWorker(manager) }
  }

  /** People who have been sent what stands on the edge of their tasks. */
  const told = new Set<string>()
  const guards = new Map<string, string>()
  for (const block of allBlocks(top)) {
    if (block.type === 'guarded' && block.event === 'message' && block.waits !== undefined)
      guards.set(block.waits, block.id)
  }
  const wakes = new Map<string, string>()
  for (const block of allBlocks(top)) {
    if (block.type === 'step' && (block.does === 'message' || block.does === 'receive'))
      wakes.set(block.id, block.id)
    const event = block.type === 'first-event' ? block.events[block.comes] : undefined
    if (block.type === 'first-event' && event?.kind === 'message') wakes.set(block.id, event.id)
  }

  /** What is waited for once, in the process itself, may come before it is. */
  const called = new Set<string>()
  for (const block of allBlocks(top)) {
    if (block !== top && block.type === 'part' && block.kind === 'call')
      for (const { id } of [...allBlocks(block)].filter((one) => one.type === 'step')) called.add(id)
  }
  const early = [...wakes.keys()].filter((one) => steps.get(one)?.isPlain === false && !called.has(one))

  let now = await program()
  const id = await now.manager.start(now.workflow, drawn.picks, { id: 'top' })
  const send = async (name: string): Promise<void> => {
    counts.messages++
    await now.manager.signal(id, `m_${name}`, { [`v_${name}`]: name })
  }
  const answer = async ({ input, token }: WaitingActivity): Promise<void> => {
    const task = input as unknown as UnitTask
    const step = steps.get(task.element)
    if (step === undefined || token === undefined) throw new Error(`nobody can answer ${task.element}`)
    counts.answers++
    await now.manager.complete(now.workflow.human, token, given(step, task.data))
  }
  const fault = async (): Promise<boolean> => {
    const fate = isFaulty() ? random.below(25) : 25
    if (fate > 3) return false
    counts.faults++
    if (fate <= 1) {
      counts.deaths++
      now = await program()
      return true
    }
    if (fate === 2)
      counts.lostTasks += (await inner.pollDecisionTasks({ category: ['default'], limit: 1 })).length
    if (fate === 3) {
      for (const task of await inner.pollActivityTasks({ category: ['default'], limit: 1 })) {
        counts.lostTasks++
        // One that fails in any case fails at once: that its time is over is another error.
        if (task.activity !== 'fail') continue
        const reason = steps.get((task.input as unknown as UnitTask).element)?.of ?? ''
        await inner.completeActivityTask(task.token, { type: 'failed', reason })
      }
    }
    return true
  }

  let turns = 0
  for (; ; turns++) {
    if (turns > MOST_TURNS) throw new Error('it has no end')
    if (await fault()) continue
    if (random.below(20) === 0) await clock.advance(random.below(5000))
    const soon = random.below(5) === 0 ? early.pop() : undefined
    if (soon !== undefined) {
      if ((await now.manager.process(id)).closed !== undefined) break
      // It is kept: nobody sends it again.
      wakes.delete(soon)
      await send(soon)
    }
    const [first, second] =
      random.below(2) === 0 ? [now.decisions, now.activities] : [now.activities, now.decisions]
    if ((await first.step()) || (await second.step())) continue
    const { closed, failures } = await now.manager.process(id)
    if (closed !== undefined) break
    if (failures?.error !== undefined && !failures.error.message.endsWith(' was lost'))
      throw new Error(`deciding fails: ${JSON.stringify(failures.error)}`)
    const waiting = (await now.manager.waiting()).filter(({ token }) => token !== undefined)
    const stepOf = ({ input }: WaitingActivity): string => (input as unknown as UnitTask).element
    const [prompt] = random.shuffled(waiting.filter((one) => steps.get(stepOf(one))?.does === 'human'))
    if (prompt !== undefined) {
      await answer(prompt)
      continue
    }
    const next = (await inner.nextDeadline()) ?? Infinity
    // What was lost is tried again first: nothing comes to anybody who has not begun.
    if (next <= clock.now() + SOON) {
      await clock.advance(Math.max(0, next - clock.now()))
      continue
    }
    const guarded = waiting.find((one) => guards.has(stepOf(one)) && !told.has(`${one.process} ${one.id}`))
    if (guarded !== undefined) {
      told.add(`${guarded.process} ${guarded.id}`)
      await send(guards.get(stepOf(guarded)) ?? '')
      continue
    }
    const active = (await now.manager.active(id)).map((one) =>
      typeof one === 'string' ? one : one.elementId,
    )
    const [woken] = random.shuffled(active.filter((element) => wakes.has(element)))
    if (woken !== undefined) {
      await send(wakes.get(woken) ?? '')
      continue
    }
    const slow = waiting.filter((one) => steps.get(stepOf(one))?.does === 'slow')
    const due = slow.find(({ scheduledAt }) => scheduledAt + SLOW <= clock.now())
    if (due !== undefined) {
      await answer(due)
      continue
    }
    const then = Math.min(next, ...slow.map(({ scheduledAt }) => scheduledAt + SLOW))
    if (then > clock.now() + 300 * 24 * HOUR) throw new Error(`stuck at ${JSON.stringify(active)}`)
    await clock.advance(Math.max(0, then - clock.now()))
  }

  const last = await program()
  const oracle = new Oracle()
  const expected = oracle.run(top, drawn.picks)
  const outcome = await last.manager.result(id)
  const result = outcome.status === 'completed' ? plain(outcome.result) : outcome
  assertSame('it came to', result, expected === undefined ? undefined : plain(expected))
  const completed = await last.workflow.completed(last.manager, id)
  const found = new Map<string, number>()
  for (const { process, element, turn } of completed) {
    const key = `${process}/${element}${turn ? '*' : ''}`
    found.set(key, (found.get(key) ?? 0) + 1)
  }
  assertSame('it completed', sorted(found), sorted(oracle.completed))
  assertSame('it is at', await last.manager.active(id), [])
  const broken = await brokenRecords(records)
  const { processes } = await inner.processes({ limit: 1000 })
  const histories = await Promise.all(processes.map(({ id }) => last.manager.history(id)))
  for (const { id, closed } of processes) {
    if (closed === undefined) broken.push(`${id} is open`)
    await inner.deleteProcess(id)
  }
  broken.push(...(await recordsOfProcesses(records)))
  assertSame('left over', broken, [])
  const events = histories.flat()
  return {
    elements: completed.length,
    processes: processes.length,
    events: events.length,
    answers: counts.answers,
    messages: counts.messages,
    timers: events.filter(({ type }) => type === 'timer').length,
    deaths: counts.deaths,
    lostTasks: counts.lostTasks,
    trace: JSON.stringify(histories),
  }
}

/** Without counters, and with what turns at once have given in order: the one that ends last is any of them. */
function plain(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(data).filter(([name]) => !name.startsWith('c_'))
  return Object.fromEntries(entries.map(([name, value]) => [name, inOrder(value)] as const).sort(byName))
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(String).sort()
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).sort(byName))
    : value
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1

function sorted(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].map(([key, count]) => `${key}: ${count}`).sort()
}

function assertSame(what: string, found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found, null, 1), JSON.stringify(expected, null, 1)]
  if (one === other) return
  const [left, right] = [one.split('\n'), other.split('\n')]
  const more = left.filter((line) => !right.includes(line))
  const less = right.filter((line) => !left.includes(line))
  throw new Error(`${what} ${more.join(' ')}, not ${less.join(' ')}`)
}
