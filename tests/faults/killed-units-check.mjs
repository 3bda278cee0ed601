// What runs of units have left that were killed, and came back: compared with runs that nobody killed.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { brokenRules } from '../unit/deciders/history/order-rules.ts'
import { completedOf } from './unkilled-units.mjs'

/**
 * @param runs of each its `id`, `kind`, `version` and `start`
 */
export async function brokenUnits({ runs, manager, records, folder, unkilled }) {
  const broken = []
  const names = [
    'elements completed',
    'processes closed',
    'functions told of',
    'activities ended',
    'activities done',
  ]
  const counts = Object.fromEntries(names.map((name) => [name, 0]))
  const lines = linesOf(folder)
  const keys = new Map()
  for (const { key, process, element } of lines) {
    const place = `${process}/${element}`
    if ((keys.get(key) ?? place) !== place)
      broken.push(`one key, ${key}, is of ${keys.get(key)} and ${place}`)
    keys.set(key, place)
  }
  const keysOf = Map.groupBy([...keys], ([, place]) => place.slice(0, place.lastIndexOf('/')))
  for (const { id, kind, version, start } of runs) {
    const say = (what) => broken.push(`${id}, version ${version} of ${kind}: ${what}`)
    const expected = await unkilled.run(kind, version, start)
    const { closed } = await manager.process(id)
    if (closed?.result.type !== 'completed') say(`it has come to ${JSON.stringify(closed)}`)
    else if (!isDeepStrictEqual(unordered(closed.result.result), unordered(expected.result)))
      say(
        `its data are ${JSON.stringify(unordered(closed.result.result))}\n  not ${JSON.stringify(unordered(expected.result))}`,
      )
    // By one that has had no part in it: it goes through the histories from their beginning.
    const completed = await completedOf(expected.workflow, manager, id)
    counts['elements completed'] += completed.length
    if (!isDeepStrictEqual(completed, expected.completed))
      say(`completed are ${difference(completed, expected.completed)}`)
    let ended = 0
    const kept = new Set()
    for (const { process, events } of await historiesOf(manager, id)) {
      counts['processes closed']++
      for (const rule of brokenRules(events)) say(`${process}: ${rule}`)
      for (const event of events) if (event.type === 'marker') functionsIn(event.details, kept)
      const services = servicesOf(events)
      const known = keysOf.get(process)?.length ?? 0
      // Each has one key, over all its attempts, and was done under it.
      if (services !== known)
        say(`${process}: ${services} activities have ended, done were those of ${known} keys`)
      ended += services
    }
    const told = functionsIn(closed?.result, new Set())
    counts['functions told of'] += told.size
    // What a function gave is never made anew.
    for (const by of told) if (!kept.has(by)) say(`its data have what ${by} gave, and no history has kept it`)
    if (ended !== expected.done) say(`${ended} activities have ended, not ${expected.done}`)
    counts['activities ended'] += ended
  }
  counts['activities done'] = lines.length
  broken.push(...(await leftOpen(manager, records)))
  return { broken, counts }
}

/** Without who has run functions; and the turns of a parallel loop give what they give in the order in which they end. */
function unordered(value) {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) {
    const names = Object.keys(value)
      .filter((name) => name !== 'by')
      .sort()
    return Object.fromEntries(names.map((name) => [name, unordered(value[name])]))
  }
  return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Who has run the functions that a value speaks of, added to those. */
function functionsIn(value, found) {
  if (typeof value !== 'object' || value === null) return found
  if (typeof value.by === 'string') found.add(value.by)
  for (const one of Object.values(value)) functionsIn(one, found)
  return found
}

/** The histories of a process, and of all that it has called. */
async function historiesOf(manager, process) {
  const events = await manager.history(process)
  const called = events.flatMap((event) =>
    event.type === 'decision' && event.decision.type === 'start-child-process' ? [event.decision.id] : [],
  )
  const histories = [{ process, events }]
  for (const child of called) histories.push(...(await historiesOf(manager, child)))
  return histories
}

/** How many activities of a history have ended that no person did. */
function servicesOf(events) {
  const scheduled = new Map()
  for (const { type, decision } of events)
    if (type === 'decision' && decision.type === 'schedule-activity')
      scheduled.set(decision.id, decision.activity)
  return events.filter(({ type, id }) => type === 'activity' && !scheduled.get(id).endsWith('/human')).length
}

async function leftOpen(manager, records) {
  const left = await records.check()
  const { processes } = await manager.list({ status: 'open' })
  for (const process of processes) left.push(`it is open: ${JSON.stringify(process)}`)
  for (const waiting of await manager.waiting()) left.push(`it waits: ${JSON.stringify(waiting)}`)
  const next = await manager.backend.nextDeadline()
  if (next !== undefined) left.push(`something is due at ${next}`)
  return left
}

function difference(found, wanted) {
  const count = (list, one) => list.filter((other) => other === one).length
  const lines = [...new Set([...found, ...wanted])].flatMap((one) => {
    const [is, should] = [count(found, one), count(wanted, one)]
    return is === should ? [] : [`${one}: ${is}, not ${should}`]
  })
  return lines.join('; ')
}

/** The last line of one that was killed may be half there. */
function linesOf(folder) {
  const logs = readdirSync(folder).filter((file) => file.endsWith('.log'))
  return logs.flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line))
  })
}
