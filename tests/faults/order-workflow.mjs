// A workflow for the faults: what it comes to is known from its input, and it uses activities, a timer and a child.
import {
  completeProcess,
  defineActivity,
  defineWorkflow,
  of,
  scheduleActivity,
  startChildProcess,
  startTimer,
} from './package-under-test.mjs'

/** Attempts that are lost with their worker are made again after a second. */
const add = defineActivity(
  'add',
  { startToClose: '1s', retry: { attempts: Infinity, backoff: { initial: 0 }, jitter: 0 } },
  async ([a, b]) => a + b,
)

const twice = defineWorkflow({
  name: 'twice',
  input: of(),
  activities: [add],
  decisionTimeout: '1s',
  decide(process) {
    const sum = process.latest(add)
    if (sum === undefined) return scheduleActivity(add, [process.input, process.input])
    return sum.type === 'completed' ? completeProcess(sum.result) : []
  },
})

/** Adds the numbers one by one, waits a moment, and has a child double the sum. */
export const order = defineWorkflow({
  name: 'order',
  input: of(),
  activities: [add],
  children: [twice],
  decisionTimeout: '1s',
  decide(process) {
    const numbers = process.input
    const sums = process.all(add)
    const last = sums.at(-1)
    if (last !== undefined && last.type !== 'completed') return []
    const sum = last?.result ?? 0
    if (sums.length < numbers.length) return scheduleActivity(add, [sum, numbers[sums.length]])
    const has = (type) =>
      process.history.some((event) => event.type === 'decision' && event.decision.type === type)
    if (!has('start-timer')) return startTimer(5)
    if (process.timers.length > 0) return []
    if (!has('start-child-process')) return startChildProcess(twice, sum)
    const child = process.history.find(({ type }) => type === 'child-process')
    return child === undefined ? [] : completeProcess(child.result.result)
  },
})

export function expected(numbers) {
  return 2 * numbers.reduce((sum, number) => sum + number, 0)
}
