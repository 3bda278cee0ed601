import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ElementUnit, UnitSpec } from '../../ts/units/element-unit.js'
import { describeProcess } from '../../ts/units/description/index.js'
import type { ProcessDescription } from '../../ts/units/description/index.js'

// The recorded models stand beside the repository, not in it.
const records = path.resolve(import.meta.dirname, '../../../shared/conformance/units')

type Task = { readonly typename: string; readonly task_spec?: string }
type Process = { readonly name: string; readonly task_specs: Readonly<Record<string, Task>> }
type Specs = { readonly spec: Process; readonly subprocess_specs: Readonly<Record<string, Process>> }
type Facts = { readonly processes: Readonly<Record<string, { readonly elements: readonly string[] }>> }

interface RecordedCase {
  readonly name: string
  readonly processes: ReadonlyMap<string, Process>
  readonly descriptions: ReadonlyMap<string, ProcessDescription>
  readonly facts: Facts
}

function readCase(group: string, name: string): RecordedCase {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(path.join(records, group, name, file), 'utf8'))
  const { spec, subprocess_specs } = read('specs.json') as Specs
  // The top process wins over an entry of its name.
  const processes = new Map([...Object.entries(subprocess_specs), [spec.name, spec]])
  const specs = Object.create(null) as Record<string, UnitSpec>
  for (const [id, process] of processes) specs[id] = { hash: 'x'.repeat(64), text: JSON.stringify(process) }
  const included = [...processes.keys()].sort()
  const unit: ElementUnit = {
    processId: spec.name,
    specs,
    rest: '{}',
    included,
    reentered: false,
    lazy: [],
    missing: [],
  }
  const descriptions = new Map(included.map((id) => [id, describeProcess(unit, id)]))
  return { name: `${group}/${name}`, processes, descriptions, facts: read('facts.json') as Facts }
}

function casesOf(group: string): readonly RecordedCase[] {
  return readdirSync(path.join(records, group))
    .sort()
    .map((name) => readCase(group, name))
}

/** One place where two descriptions differ; `undefined` stands for what is not there. */
interface Difference {
  readonly at: string
  readonly older: unknown
  readonly newer: unknown
}

function* differences(older: unknown, newer: unknown, at = ''): Generator<Difference> {
  const lists = Array.isArray(older) && Array.isArray(newer) && older.length === newer.length
  if (lists || (isObject(older) && isObject(newer))) {
    const one = new Map(Object.entries(older))
    const other = new Map(Object.entries(newer))
    for (const key of new Set([...one.keys(), ...other.keys()])) {
      yield* differences(one.get(key), other.get(key), `${at}/${key}`)
    }
  } else if (JSON.stringify(older) !== JSON.stringify(newer)) {
    yield { at, older, newer }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a dialect does not hold and C does, as the documentation of `describeProcess` has it. */
interface Loss {
  readonly name: string
  readonly dialects: 'a' | 'b' | 'ab'
  readonly at: RegExp
  /** What the older dialect has instead. */
  readonly older?: unknown
}

const losses: readonly Loss[] = [
  { name: 'triggers', dialects: 'ab', at: /^\/triggers$/ },
  { name: 'conditional events', dialects: 'ab', at: /^\/elements\/\d+\/event\/kind$/, older: 'none' },
  { name: 'payloads and conditions', dialects: 'ab', at: /^\/elements\/\d+\/event\/expression$/ },
  { name: 'payload variables', dialects: 'ab', at: /^\/elements\/\d+\/event\/variable$/ },
  { name: 'process correlations', dialects: 'ab', at: /^\/elements\/\d+\/event\/processCorrelations$/ },
  { name: 'default key', dialects: 'ab', at: /^\/correlationKeys$/ },
  {
    name: 'key of a property',
    dialects: 'ab',
    at: /^\/elements\/\d+\/event\/correlations\/\d+\/keys$/,
    older: [],
  },
  { name: 'prescript of a send task', dialects: 'ab', at: /^\/elements\/\d+\/prescript$/ },
  { name: 'variable of a user task', dialects: 'ab', at: /^\/elements\/\d+\/variable$/ },
  { name: 'retries', dialects: 'ab', at: /^\/elements\/\d+\/operation\/retries$/ },
  {
    name: 'retries as written',
    dialects: 'ab',
    at: /^\/elements\/\d+\/extensions\/serviceTaskOperator\/retries$/,
  },
  {
    name: 'metadata',
    dialects: 'ab',
    at: /^\/elements\/\d+\/extensions\/taskMetadataValues$/,
    older: '\n          ',
  },
]

/** Takes out what the older dialect drops whole: event subprocesses, and in B the participants that a message starts. */
function withoutDropped(
  newer: ProcessDescription,
  dialect: 'a' | 'b',
  dropped: Set<string>,
): ProcessDescription {
  const elements = newer.elements.filter((element) => {
    const participant = element.type === 'participant' && newer.triggers?.includes(element.id)
    const drops = element.type === 'event-subprocess' || (dialect === 'b' && participant)
    if (drops) dropped.add(`${dialect} ${element.type}`)
    return !drops
  })
  return { ...newer, elements }
}

/** Elements that facts.json counts and nobody drew: the frame of a collaboration, and A's guards and loop children. */
function isUndrawn(id: string, process: Process, description: ProcessDescription): boolean {
  if (id === 'Start Collaboration' || id === 'End Collaboration') {
    return description.elements.every((element) => element.type === 'participant')
  }
  const task = process.task_specs[id]
  if (task?.typename === '_BoundaryEventParent') return true
  const loop = id.endsWith(' [child]') ? id.slice(0, -' [child]'.length) : undefined
  if (loop === undefined || process.task_specs[loop]?.task_spec !== id) return false
  const element = description.elements.find((candidate) => candidate.id === loop)
  return element?.loop !== undefined && element.typename === task?.typename
}

if (!existsSync(path.join(records, 'models'))) {
  test('U34 the recorded models are not beside this repository, so nothing is compared with them', () => {
    expect(existsSync(path.join(records, 'models'))).toBe(false)
  })
} else {
  describe('U34 recorded models', () => {
    const models = casesOf('models')
    const all = [...models, ...casesOf('test-cases'), ...casesOf('hostile')]

    test('U34 a model has one description in all dialects that it is recorded in', () => {
      const dialectsOf = new Map<string, Map<string, RecordedCase>>()
      for (const model of models) {
        const [, base = '', dialect = ''] = /^(.*)--([abc])$/.exec(model.name) ?? []
        dialectsOf.set(base, (dialectsOf.get(base) ?? new Map<string, RecordedCase>()).set(dialect, model))
      }
      const unexplained: unknown[] = []
      const used = new Set<Loss>()
      const dropped = new Set<string>()
      let compared = 0
      for (const [base, dialects] of dialectsOf) {
        for (const dialect of ['a', 'b'] as const) {
          for (const [id, older] of dialects.get(dialect)?.descriptions ?? []) {
            const newer = dialects.get('c')?.descriptions.get(id)
            if (newer === undefined) continue
            compared++
            for (const difference of differences(older, withoutDropped(newer, dialect, dropped))) {
              const loss = losses.find(
                (known) =>
                  known.dialects.includes(dialect) &&
                  known.at.test(difference.at) &&
                  JSON.stringify(known.older) === JSON.stringify(difference.older),
              )
              if (loss === undefined) unexplained.push({ base, dialect, id, ...difference })
              else used.add(loss)
            }
          }
        }
      }
      expect(unexplained).toStrictEqual([])
      expect(compared).toBeGreaterThan(200)
      // A loss that no model shows any more should not be allowed for.
      expect(losses.filter((loss) => !used.has(loss)).map((loss) => loss.name)).toStrictEqual([])
      expect([...dropped].sort()).toStrictEqual(['a event-subprocess', 'b event-subprocess', 'b participant'])
    })

    test.each(all)(
      'U34 $name: every element is described, and nothing else',
      ({ processes, descriptions, facts }) => {
        for (const [id, { elements }] of Object.entries(facts.processes)) {
          const process = processes.get(id)!
          const description = descriptions.get(id)!
          const described = new Set(description.elements.map((element) => element.id))
          expect(described.size).toBe(description.elements.length)
          const left = elements.filter((element) => !described.has(element))
          expect(left.filter((element) => !isUndrawn(element, process, description))).toStrictEqual([])
          expect([...described].filter((element) => !elements.includes(element))).toStrictEqual([])
          for (const flow of description.flows) {
            expect(described).toContain(flow.from)
            expect(described).toContain(flow.to)
          }
          for (const element of description.elements) {
            expect(element.type === 'boundary-event').toBe(element.attachedTo !== undefined)
            if (element.attachedTo !== undefined) expect(described).toContain(element.attachedTo)
          }
        }
      },
    )

    test('U34 every recorded typename of an engine is known; only made-up ones are of type other', () => {
      const others = all.flatMap(({ descriptions }) =>
        [...descriptions.values()].flatMap((description) =>
          description.elements
            .filter((element) => element.type === 'other')
            .map((element) => element.typename),
        ),
      )
      expect([...new Set(others)].sort()).toStrictEqual(['AcmeBox', 'AcmeCall', 'AcmeData', 'AcmeText'])
    })

    test('U34 each element but the first is reached by a flow, a start or an event, in drawn order', () => {
      const stray = models.flatMap(({ name, descriptions }) =>
        [...descriptions.values()].flatMap((description) => {
          const seen = new Set<string>()
          const into = new Set(description.flows.map((flow) => flow.to))
          const unreached: string[] = []
          for (const { id, type, attachedTo } of description.elements) {
            const begins = ['start-event', 'participant', 'event-subprocess'].includes(type)
            const led = description.flows.some((flow) => flow.to === id && seen.has(flow.from))
            if (!begins && !led && !(attachedTo !== undefined && seen.has(attachedTo))) unreached.push(id)
            if (begins && into.has(id)) unreached.push(id)
            seen.add(id)
          }
          return unreached.map((id) => `${name} ${description.processId} ${id}`)
        }),
      )
      expect(stray).toStrictEqual([])
    })
  })
}
