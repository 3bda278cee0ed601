import { callTask, loopOver, workflowJson } from '../fixtures/units/spec-builder.js'
import type { Dialect, Json, ProcessSketch, TaskSketch } from '../fixtures/units/spec-builder.js'
import type { Tape } from './tape.js'

/** Ids that break whoever takes them for anything but data. */
const IDS = [
  'Top',
  'A',
  'B',
  'C',
  '__proto__',
  'constructor',
  'toString',
  '',
  '0',
  '17',
  'a/b~',
  '\ud800',
  '\u{1f600}',
  '\uffff',
  '"\\\n',
] as const
const ELEMENTS = ['e1', 'e2', 'A', '__proto__', '', '\ud83d', 'hasOwnProperty'] as const
const TYPENAMES = [
  'CallActivity',
  'SubWorkflowTask',
  'TransactionSubprocess',
  'EventSubprocess',
  'OurOwnCall',
] as const
/** So many of these make a manifest too long for one piece. */
const LONG = 'long '.repeat(300)
const LONG_ELEMENTS = 25

export interface DrawnWorkflow {
  readonly ids: readonly string[]
  readonly elements: readonly string[]
  readonly text: string
}

/** A workflow as a tape says; `mark` tells versions of it apart. */
export function drawWorkflow(tape: Tape, mark = 0): DrawnWorkflow {
  const isLong = tape.once(4)
  const suffix = isLong && tape.once(2) ? LONG : ''
  const ids = [...new Set([tape.pick(IDS), ...tape.several(6, () => tape.pick(IDS))])].map(
    (id) => `${id}${suffix}`,
  )
  const elements = new Set<string>()
  const processes = ids.map((id, at) => {
    const process = drawProcess(tape, id, ids)
    for (const { name } of process.tasks ?? []) elements.add(name)
    if (!isLong || at > 0) return { ...process, fields: { ...process.fields, mark } }
    const long = Array.from({ length: LONG_ELEMENTS }, (_, index) => `${LONG}${index}`)
    return { ...process, elements: long, fields: { ...process.fields, mark } }
  })
  const rest = tape.pick<Json>([
    {},
    { x: [1, { y: null }] },
    JSON.parse('{"__proto__":{"polluted":1},"serializer_version":"7"}') as Json,
    { long: LONG.repeat(4) },
  ])
  return {
    ids,
    elements: [...elements],
    text: workflowJson(processes, rest, tape.pick<Dialect>(['c', 'a', 'b'])),
  }
}

function drawProcess(tape: Tape, id: string, ids: readonly string[]): ProcessSketch {
  const tasks = tape.several(5, () => drawTasks(tape, ids)).flat()
  const triggers = tape.once(4) ? [tape.oneOf(ids) ?? ''] : []
  return { id, tasks, triggers, fields: tape.once(6) ? { data_objects: { d: {} } } : {} }
}

function drawTasks(tape: Tape, ids: readonly string[]): TaskSketch[] {
  const target = tape.once(8) ? 'Nowhere' : (tape.oneOf(ids) ?? '')
  switch (tape.below(5)) {
    case 0:
      return [callTask(target)]
    case 1:
      return [{ name: tape.pick(ELEMENTS) }]
    case 2:
      return [{ name: target, typename: tape.pick(TYPENAMES), spec: target }]
    case 3:
      return loopOver(`loop_${target}`, target, tape.pick(TYPENAMES))
    default:
      return [{ name: `x_${target}`, typename: tape.pick(TYPENAMES), spec: target, element: false }]
  }
}
