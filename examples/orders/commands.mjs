import { createActivityWorker, createDecisionWorker } from 'unitflow/deciders'
import { timelineOfHistory, timelineText } from 'unitflow/timelines'

/**
 * What commands are done with.
 *
 * @typedef {object} Shop
 * @property {import('unitflow/deciders').Manager} manager
 * @property {ReturnType<typeof import('./order-workflow.mjs').defineOrder>['order']} order
 * @property {ReturnType<typeof import('./order-workflow.mjs').defineOrder>['ship']} ship
 * @property {import('./ledger.mjs').Ledger} ledger
 * @property {string} card
 *
 * @typedef {object} Command
 * @property {(count: number) => boolean} takes whether it can be called with so many arguments
 * @property {(shop: Shop, ...args: [string, string, ...string[]]) => Promise<void>} run
 */

const takes = (/** @type {number} */ wanted) => (/** @type {number} */ count) => count === wanted

/** @type {Readonly<Record<string, Command>>} */
export const COMMANDS = {
  start: {
    takes: (count) => count >= 2,
    async run({ manager, order, card }, id, ...items) {
      // The number of the order is the id of its process: to start it twice is to start it once.
      await manager.start(order, { items, card }, { id, tags: ['shop'] })
      say(`${id} is started: node orders.mjs work`)
    },
  },

  work: {
    takes: takes(0),
    async run({ manager }) {
      const stopping = new AbortController()
      // Once: a second Ctrl-C ends the program at once, which does no harm either.
      for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopping.abort())
      const { signal } = stopping
      const identity = `worker ${process.pid}`
      /** @param {unknown} error of the file, which is waited out */
      const onError = (error) => console.error(printable(String(error)))
      say(`${identity} works; Ctrl-C stops it`)
      await Promise.all([
        createDecisionWorker(manager, { identity, onError }).run({ signal }),
        createActivityWorker(manager, {
          identity,
          onError,
          concurrency: 8,
          heartbeatEvery: 1000,
          grace: 10_000,
        }).run({
          signal,
        }),
      ])
    },
  },

  list: {
    takes: takes(0),
    async run({ manager }) {
      /** @type {string | undefined} */
      let after
      do {
        /** @type {import('unitflow/deciders').ProcessPage} */
        const page = await manager.list(after === undefined ? {} : { after })
        for (const { id, status, closed } of page.processes) {
          const result = closed?.result
          const why = result === undefined ? status : 'reason' in result ? result.reason : undefined
          sayAll([id, result?.type ?? 'open', why])
        }
        after = page.next
      } while (after !== undefined)
    },
  },

  waiting: {
    takes: takes(0),
    async run({ manager, ship }) {
      for (const { process, input, token } of await manager.waiting({ activity: ship })) {
        // It has a token once a worker has printed its slip.
        if (token !== undefined) say(`${process}  ${input}  ${token}`)
      }
    },
  },

  complete: {
    takes: takes(2),
    async run({ manager, ship }, token, parcel) {
      await manager.complete(ship, token, parcel)
      say(`shipped as ${parcel}`)
    },
  },

  fail: {
    takes: takes(2),
    async run({ manager }, token, reason) {
      await manager.fail(token, { reason })
      say(`failed: ${reason}`)
    },
  },

  add: {
    takes: takes(2),
    async run({ manager }, id, item) {
      await manager.signal(id, 'extra_shipment', item)
      say(`${item} goes out with ${id}`)
    },
  },

  show: {
    takes: takes(1),
    async run({ manager, ledger }, id) {
      const timeline = timelineOfHistory(await manager.history(id), { id, now: Date.now() })
      process.stdout.write(timelineText(timeline, { width: process.stdout.columns ?? 100 }))
      for (const { what, asked } of ledger.entriesOf(id)) {
        say(`ledger: ${what}${asked === 1 ? '' : `, asked for ${asked} times`}`)
      }
    },
  },

  watch: {
    takes: takes(1),
    async run({ manager }, id) {
      for await (const event of manager.watch(id)) {
        /** @type {Readonly<Record<string, unknown>>} */
        const { activity, identity, name, status } = { ...event }
        const decision = event.type === 'decision' ? event.decision : undefined
        const scheduled = decision?.type === 'schedule-activity' ? decision.activity : undefined
        const result = 'result' in event ? event.result : undefined
        const what = [decision?.type, scheduled ?? activity ?? name, result?.type]
        sayAll([new Date(event.at).toISOString(), event.type, ...what, identity, status])
      }
    },
  },
}

/** @param {readonly unknown[]} words of a line, as far as they are words */
function sayAll(words) {
  say(words.filter((word) => typeof word === 'string' && word !== '').join('  '))
}

/** @param {string} line ids and items are data, and a terminal obeys control characters */
function say(line) {
  console.log(printable(line))
}

/** @param {string} text */
export function printable(text) {
  return text.replace(/[^\P{C}\n]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
