// What runners that were killed have left: histories and records, compared with what their tasks say that they did.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { brokenRules } from '../unit/flows/simulation/flow-rules.ts'
import { TASKS } from './parcel-flows.mjs'

/** Between looking at its lease and beginning a task a runner may lose its turn on a busy machine, so long (ms). */
const BUSY = 100
/** Nothing waits, runs or is counted when all have ended. */
const EMPTY = ['flow_waiting', 'flow_parked', 'flow_leases', 'flow_running', 'flow_progress']

/** @param stopped owners that were stopped for longer than their leases last */
export async function brokenFlows({ runner, records, ids, folder, stopped }) {
  const broken = []
  const counts = {
    'tasks begun': 0,
    'tasks committed': 0,
    'runners lost': 0,
    'begun too late': 0,
    'done in vain': 0,
  }
  const histories = new Map()
  for (const id of ids) {
    const history = await runner.history(id)
    histories.set(id, history)
    const say = (what) => broken.push(`${id}: ${what}`)
    for (const rule of brokenRules(history)) say(rule)
    const lines = linesOf(join(folder, `${id}.log`))
    const committed = checkOutputs(history, await runner.context(id), lines, say)
    checkKeys(lines, say)
    counts['begun too late'] += checkTokens(history, lines, stopped, say)
    counts['tasks begun'] += lines.filter(({ what }) => what === 'begun').length
    counts['tasks committed'] += committed.size
    counts['done in vain'] += lines.filter(({ what, by }) => what === 'done' && !committed.has(by)).length
    counts['runners lost'] += history.filter(({ type }) => type === 'flow-recovered').length
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.told'))) {
    for (const { execution, event } of linesOf(join(folder, file))) {
      if (!isDeepStrictEqual(histories.get(execution)[event.step], event)) {
        broken.push(
          `${execution}: ${file} was told of ${JSON.stringify(event)}, which is not there (lost, or replaced)`,
        )
      }
    }
  }
  broken.push(...(await leftOver(records)))
  return { broken, counts }
}

/** Each output is what a task has done whose runner had the execution then, and follows from the outputs before. */
function checkOutputs(history, context, lines, say) {
  const done = new Map(lines.filter(({ what }) => what === 'done').map((line) => [line.by, line]))
  const committed = new Set()
  let runner
  let last = context.start
  for (const event of history) {
    if (event.type === 'flow-started') runner = event
    if (event.type !== 'task-completed') continue
    const output = event.outputs[event.task]
    const line = done.get(output.by)
    committed.add(output.by)
    if (line === undefined) say(`${event.step}: nobody has done ${output.by}`)
    if (line?.owner !== runner.owner || line.token !== runner.token) {
      say(
        `${event.step}: ${line?.owner} has done it under ${line?.token}, ${runner.owner} has it under ${runner.token}`,
      )
    }
    if (output.after !== last.by) say(`${event.step}: it follows ${output.after}, not ${last.by}`)
    if (!isDeepStrictEqual(context[event.task], output)) say(`${event.task} is not what was committed`)
    last = output
  }
  if (committed.size !== TASKS.length) say(`${committed.size} tasks were committed`)
  return committed
}

/** F32: one key a task, whoever runs it. */
function checkKeys(lines, say) {
  const keys = new Map()
  for (const { task, key } of lines) keys.set(task, (keys.get(task) ?? new Set()).add(key))
  const all = [...keys.values()].flatMap((of) => [...of])
  if (all.length !== keys.size || new Set(all).size !== all.length)
    say(`its tasks had the keys ${all.join(', ')}`)
}

/**
 * Who has lost an execution begins none of its tasks, unless it was stopped just before: then nothing of it is committed.
 *
 * @returns how many were begun too late all the same
 */
function checkTokens(history, lines, stopped, say) {
  const startedAt = new Map()
  for (const event of history) if (event.type === 'flow-started') startedAt.set(event.token, event.at)
  let late = 0
  for (const { what, token, owner, by, at } of lines) {
    const next = startedAt.get(token + 1)
    if (what !== 'begun' || next === undefined || at <= next) continue
    late++
    if (!stopped.has(owner) && at > next + BUSY) {
      say(`${by} was begun ${at - next} ms after another runner was given the execution`)
    }
  }
  return late
}

async function leftOver(records) {
  const scan = (transaction) => Promise.all(EMPTY.map((name) => transaction.scan({ prefix: [name] })))
  const found = await records.transact(scan, { readonly: true })
  return found.flat().map(({ key, value }) => `left over: ${key.join()} ${JSON.stringify(value)}`)
}

/** The last line may be half a line: whoever wrote it was killed. */
function linesOf(file) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line))
}
