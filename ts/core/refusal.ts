import type { ErrorFields, NotASpecKind } from '../errors/index.js'
import { UnitflowError } from '../errors/index.js'

type RefusalCode = 'not-utf8' | 'not-json' | 'bad-spec' | 'limit-exceeded' | 'not-a-spec'
/** An error as the core tells it: code and fields in one flat object. */
export type Refusal = {
  [C in RefusalCode]: { readonly code: C } & (C extends 'not-a-spec'
    ? { readonly kind: NotASpecKind }
    : ErrorFields[C])
}[RefusalCode]

const EXPORT = 'examples/export-specs makes spec JSON from .bpmn files with SpiffWorkflow'

const WHAT: Record<NotASpecKind, readonly [what: string, hint: string]> = {
  'bpmn-xml': ['BPMN XML, a diagram', `Specs are made from diagrams: ${EXPORT}.`],
  'dmn-xml': [
    'DMN XML, a decision table',
    `A table becomes part of the spec of the diagram that uses it: ${EXPORT}.`,
  ],
  xml: ['XML', `If it is a diagram in another format: ${EXPORT} if SpiffWorkflow can read it.`],
  gzip: ['gzip', 'Decompress it first, for instance with gunzip.'],
  zip: ['a zip archive', 'Unpack it first and hand in the spec JSON that it holds.'],
  'workflow-state': [
    'the state of a running workflow',
    "Hand in only its 'spec' and 'subprocess_specs' (and 'serializer_version'), without 'tasks' and 'subprocesses'.",
  ],
  'process-spec': [
    'one process spec',
    'Wrap it as {"spec": ..., "subprocess_specs": {}}, or add it to a cached workflow with cacheProcess.',
  ],
  list: ['a list', 'Hand in one workflow at a time: an object with spec and subprocess_specs.'],
  'json-in-a-string': [
    'JSON text inside a JSON string',
    'It was serialized twice: parse it once, then hand in the result.',
  ],
}

/** The error for something that the core refuses. */
export function refusal(refused: Refusal): UnitflowError {
  switch (refused.code) {
    case 'not-utf8': {
      const { code, ...fields } = refused
      return new UnitflowError(code, `the bytes are not UTF-8 at offset ${fields.offset}`, fields)
    }
    case 'not-json': {
      const { code, ...fields } = refused
      const place = `line ${fields.line}, column ${fields.column}`
      const at = fields.pointer === '' ? '' : ` (in ${shown(fields.pointer)})`
      const message = `not JSON at ${place}${at}: expected ${fields.expected}, found ${fields.found}`
      return new UnitflowError(code, message, fields)
    }
    case 'bad-spec': {
      const { pointer, offset, line, column, expected, found } = refused
      return badSpec({ pointer, offset, line, column, expected, found })
    }
    case 'limit-exceeded': {
      const { code, ...fields } = refused
      const message = `the input has more than ${fields.maximum} ${UNITS[fields.limit]}; the option limits.${fields.limit} raises that`
      return new UnitflowError(code, message, fields)
    }
    case 'not-a-spec': {
      const [what, hint] = WHAT[refused.kind]
      return new UnitflowError('not-a-spec', `this is ${what}, not a workflow spec. ${hint}`, {
        kind: refused.kind,
        hint,
      })
    }
  }
}

/** The error for a text that is longer than the limit in force. */
export function tooManyBytes(maximum: number): UnitflowError {
  return refusal({ code: 'limit-exceeded', limit: 'bytes', maximum, pointer: '' })
}

/** The error for JSON that is not of a spec's shape. */
export function badSpec(fields: ErrorFields['bad-spec']): UnitflowError<'bad-spec'> {
  const { pointer, expected, found, line } = fields
  const at = pointer === '' ? 'at the top' : `at ${shown(pointer)}`
  const message = `not a workflow spec ${at}: expected ${expected}, found ${found} (line ${line})`
  return new UnitflowError('bad-spec', message, fields)
}

/** A pointer into a deep text may be longer than a message should be; the field has all of it. */
function shown(pointer: string): string {
  return pointer.length > 200 ? `${pointer.slice(0, 200)}…` : pointer
}

const UNITS = {
  bytes: 'bytes',
  depth: 'levels of nesting',
  processes: 'processes',
  idLength: 'characters in an id',
} as const
