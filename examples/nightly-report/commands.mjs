import { lineOf, printable } from './event-lines.mjs'

/**
 * @typedef {object} Given
 * @property {import('unitflow/flows').FlowRunner} runner
 * @property {ReturnType<typeof import('./report-flow.mjs').defineReport>} report
 * @property {string} date
 *
 * @type {Readonly<Record<string, (given: Given) => Promise<number>>>}
 */
export const COMMANDS = {
  async run({ runner, report, date }) {
    const stopping = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopping.abort())
    runner.onEvents(({ events }) => events.forEach((event) => console.log(lineOf(event))))
    await runner.recover({ owner: runner.owner })
    // The day is the id: to schedule it twice is to schedule it once.
    const id = await runner.schedule(report, { date }, { id: date })
    const { status } = await runner.execution(id)
    if (status === 'failed' || status === 'canceled') await runner.reschedule(id)
    if (status !== 'completed') await runner.run({ id, signal: stopping.signal })
    const outcome = await endOf(runner, id)
    console.log(printable(`${date}: ${outcome.words}`))
    return outcome.isDelivered ? 0 : 1
  },

  async history({ runner, date }) {
    for (const event of await runner.history(date)) console.log(lineOf(event))
    return 0
  },

  async list({ runner }) {
    /** @type {string | undefined} */
    let after
    do {
      const page = await runner.list(after === undefined ? {} : { after })
      for (const { id, status, task, done, tasks } of page.executions)
        console.log(
          printable(`${id}  ${status}  ${done}/${tasks}${status === 'completed' ? '' : `  ${task}`}`),
        )
      after = page.next
    } while (after !== undefined)
    return 0
  },
}

/**
 * @param {import('unitflow/flows').FlowRunner} runner
 * @param {string} id
 */
async function endOf(runner, id) {
  const { status, task } = await runner.execution(id)
  if (status === 'completed') return { isDelivered: true, words: `${(await runner.context(id)).file}` }
  return { isDelivered: false, words: `${status} at ${task}; run it again to go on from there` }
}
