import { describe, expect, test } from 'vitest'
import { read } from '../../../architecture/sources.js'
import { HISTORY_VERSION } from '../../../../ts/deciders/history/index.js'
import { declarationsOf } from './declared-types.js'
import { isSchema, schema } from './history-schema.js'
import type { Schema } from './history-schema.js'

const FILES = ['history-event', 'decisions', 'results'].map((name) => `ts/deciders/history/${name}.ts`)
const { interfaces, unions, literals } = declarationsOf([...FILES, 'ts/errors/error-data.ts'])
const { $defs } = schema
/** Interfaces that others are built of, and have no definition of their own. */
const PARTS = new Set(['At', 'ActivityTimeouts', 'ErrorData'])
/** Definitions that are no interface or union of these files. */
const OTHERS = new Set(['history', 'event', 'decision', 'value', 'seq', 'moment', 'error'])

const sorted = (names: Iterable<string>): string[] => [...names].sort()
const namesIn = ({ oneOf = [] }: Schema): string[] =>
  oneOf.map(({ $ref = '' }) => $ref.replace('#/$defs/', ''))
const fieldOf = (definition: string, field: string): Schema => {
  const found = $defs[definition]?.properties?.[field]
  if (found === undefined || typeof found === 'boolean') throw new Error(`${definition} has no ${field}`)
  return found
}

test('D5 the schema is one of draft 2020-12, and of the version that is written', () => {
  expect(isSchema()).toBe(true)
  expect(fieldOf('ProcessStarted', 'history').const).toBe(HISTORY_VERSION)
  expect(schema.$id).toBe(`urn:unitflow:history:${HISTORY_VERSION}`)
})

test('every interface of the history has a definition, and every definition an interface', () => {
  const named = [...interfaces.keys()].filter((name) => !PARTS.has(name))
  expect(named.length).toBeGreaterThan(34)
  const defined = Object.keys($defs).filter((name) => !OTHERS.has(name) && !unions.has(name))
  expect(sorted(defined)).toEqual(sorted(named))
})

describe.each(sorted([...interfaces.keys()].filter((name) => !PARTS.has(name) || name === 'ErrorData')))(
  '%s',
  (name) => {
    const declared = interfaces.get(name)!
    const defined = $defs[name === 'ErrorData' ? 'error' : name]!

    test('has the same fields in TypeScript and in the schema, and no others', () => {
      expect(sorted(Object.keys(defined.properties ?? {}))).toEqual(sorted(declared.fields.keys()))
      expect(defined.additionalProperties).toBe(false)
    })

    test('needs the same fields, and has the same type', () => {
      const needed = [...declared.fields].filter(([, isOptional]) => !isOptional).map(([field]) => field)
      expect(sorted(defined.required ?? [])).toEqual(sorted(needed))
      const type = defined.properties?.['type']
      expect(typeof type === 'object' ? type.const : undefined).toBe(declared.type)
    })
  },
)

test('the unions are of the same members', () => {
  const flat = (name: string): string[] =>
    (unions.get(name) ?? [name]).flatMap((of) => (of === name ? [of] : flat(of)))
  const flatSchema = (name: string): string[] => {
    const members = namesIn($defs[name]!)
    return members.length === 0 ? [name] : members.flatMap(flatSchema)
  }
  expect(flat('HistoryEvent')).toHaveLength(17)
  expect(sorted(flatSchema('event'))).toEqual(sorted(flat('HistoryEvent')))
  expect(flat('Decision')).toHaveLength(12)
  expect(sorted(flatSchema('decision'))).toEqual(sorted(flat('Decision')))
  expect(flatSchema('ActivityResult')).toEqual(flat('ActivityResult'))
  expect(flatSchema('ProcessResult')).toEqual(flat('ProcessResult'))
})

test('the unions of literals are of the same literals', () => {
  expect(fieldOf('TimedOutResult', 'timeout').enum).toEqual(literals.get('TimeoutKind'))
  expect(fieldOf('StartChildProcess', 'childPolicy').enum).toEqual(literals.get('ChildPolicy'))
})

test('the page of the form names the same fields', () => {
  const rows = read('docs/history-format.md').split('\n')
  const wrong: string[] = []
  for (const [name, { properties = {}, required = [] }] of Object.entries($defs)) {
    const type = properties['type']
    if (typeof type !== 'object' || typeof type.const !== 'string') continue
    const row = rows.find((line) => line.startsWith(`| \`${String(type.const)}\` |`)) ?? ''
    const said = new Set(
      [...(row.split('|')[2] ?? '').matchAll(/`([a-zA-Z]+\??)`/g)].map(([, field]) => field),
    )
    for (const field of Object.keys(properties).filter((field) => !['type', 'seq', 'at'].includes(field)))
      if (!said.has(required.includes(field) ? field : `${field}?`)) wrong.push(`${name}.${field}`)
  }
  expect(rows.length).toBeGreaterThan(80)
  expect(wrong).toEqual([])
})
