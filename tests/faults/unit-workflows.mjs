// The workflows of units of the faults: in which versions there are, what their elements are bound to, what people answer.
import { COMPANY_SCRIPTS, companyAnswer, companyVersion, ORDERS } from './unit-company.mjs'
import { drawnVersion, MOST } from './unit-processes.mjs'
import { comparisons, defineActivity, defineUnitWorkflow } from './package-under-test.mjs'

const DRAWN = ['Alpha', 'Beta', 'Gamma']
export const KINDS = ['Order', ...DRAWN]

/** What runs are started with. */
export function startsOf(kind) {
  if (kind !== 'Order') return [0, 1, 2].map((pick) => ({ pick, items: [1, 2, 3].slice(pick) }))
  return ORDERS.map((wanted, place) => ({
    wanted: { number: `O-100${place}`, ...wanted },
    patience: wanted.patience ?? 'P3D',
  }))
}

/** A version of a workflow: its text, and the messages that its top process may wait for. */
export function versionOf(kind, version) {
  return kind === 'Order' ? companyVersion(version) : drawnVersion(kind, version)
}

/** What a person answers to a task; nothing where it waits for ever. */
export function answerTo(task) {
  if (task.data.wanted !== undefined) return companyAnswer(task)
  if (task.element.startsWith('never')) return undefined
  return { answers: { [task.element]: task.data.pick } }
}

/**
 * @param work what an activity does before it gives anything: given its task and its context
 * @param by who they are: each function says so, with a number of its own
 * @returns the workflows by kind; each has its kind as its name and its cache key
 */
export async function defineUnits(store, work = () => undefined, by = 'nobody') {
  const activities = {
    ...COMPANY_SCRIPTS,
    ...Object.fromEntries(Array.from({ length: MOST }, (_, number) => [`script_${number}`, scripted(by)])),
    ...servicesOf(work),
  }
  const workflows = await Promise.all(
    KINDS.map((kind) =>
      defineUnitWorkflow({
        name: kind,
        store,
        cacheKey: kind,
        processId: kind,
        activities,
        evaluate: comparisons,
        check: false,
        decisionTimeout: '3s',
      }),
    ),
  )
  return Object.fromEntries(workflows.map((workflow) => [workflow.name, workflow]))
}

/** Attempts that are lost with their worker are made again after three seconds: a busy machine takes one for some. */
function servicesOf(work) {
  const settings = { scheduleToStart: '1h', startToClose: '3s' }
  const service = (name, give) =>
    defineActivity(
      name,
      {
        ...settings,
        retry: {
          attempts: Infinity,
          backoff: { initial: 0 },
          jitter: 0,
          retryable: ({ message }) => message !== 'BROKEN',
        },
      },
      async (task, context) => {
        await work(task, context)
        return give(task)
      },
    )
  const answer = service('answer', ({ element, parameters }) => ({ element, parameters }))
  const fail = service('fail', () => {
    throw new Error('BROKEN')
  })
  const operations = ['http/GetRequest', 'http/PostRequest', 'archive/Store', 'mail/Send', 'work/Do']
  return { ...Object.fromEntries(operations.map((name) => [name, answer])), 'work/Fail': fail }
}

/**
 * A drawn script says itself what it does. What it leaves is the same however often it was gone through; but for who has run
 * it, which only the history knows when it is gone through again.
 */
function scripted(by) {
  let runs = 0
  return ({ process, element, script, data }) => {
    const variable = `${process}_${element}`
    const { throws, counts, resets, gives, moves, ...said } = JSON.parse(script)
    if (throws !== undefined) throw new Error(throws)
    const given = { ...said, by: `${by}-${++runs}` }
    if (gives !== undefined) return { [gives]: { item: data.item, ...given } }
    if (counts) return { [variable]: { ...given, count: (data[variable]?.count ?? 0) + 1 } }
    if (resets !== undefined) return { [resets]: { ...given, count: 0 } }
    if (moves !== undefined) return { [moves]: undefined, [variable]: { ...given, list: data[moves] } }
    return { [variable]: given }
  }
}
