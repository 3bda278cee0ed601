import { isUnitflowError } from 'unitflow/read'
import type { AnyUnitflowError, ErrorCode } from 'unitflow/read'

/** An error as it is told to people. */
export interface Problem {
  readonly code: string
  readonly message: string
  /** JSON pointer, line and column, as far as they are known. */
  readonly place?: string
  readonly advice?: string
  /** What to type to do so, a line each. */
  readonly commands?: string
  /** Whether the same may work later. */
  readonly retryable: boolean
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'not-json': 'Mend the text at that place.',
  'not-utf8': 'Save the file as UTF-8.',
  'bad-spec': 'Look at that place: the pointer leads from the top of the file to it.',
  'limit-exceeded': 'This page takes files of up to 256 MiB with 100,000 processes.',
  'store-full':
    'What was there before is still there. Delete workflows that you do not need, or free space on this device, and try again.',
  'store-blocked': 'Another tab of this page holds the database. Close the other tabs, then try again.',
  'store-failed':
    'The browser refused its database, as it does in private windows or where site data is blocked. Allow it, then reload the page.',
  'unknown-cache-key': 'It may have been deleted in another tab. Go back to the list of workflows.',
  'unknown-process': 'It may have been edited away. Choose another process.',
  'unknown-element':
    'None of the picked elements can be reached from this process. Pick others, or choose another process.',
  'root-damaged': 'Delete this workflow and open its file again.',
  'object-damaged': 'Delete this workflow and open its file again.',
  'object-missing': 'Try again; if it stays so, delete this workflow and open its file again.',
  'newer-format': 'A later version of this page has written this. Reload the page.',
  'write-conflict': 'Other tabs save to this workflow at the same time. Try again.',
  'lost-update': 'Another tab has overwritten what was saved here. Save again.',
  'core-trap': 'The core has been replaced. Try again.',
  'wasm-unavailable':
    "The page must be served with script-src 'self' 'wasm-unsafe-eval', in a browser with WebAssembly.",
}

/** What comes from outside and may be over by the next try. */
const RETRYABLE: ReadonlySet<string> = new Set<ErrorCode>([
  'store-full',
  'store-blocked',
  'store-failed',
  'object-missing',
  'write-conflict',
  'lost-update',
  'core-trap',
])

const MADE_FROM_XML: ReadonlySet<string> = new Set(['bpmn-xml', 'dmn-xml'])
const EXPORT = `pip install SpiffWorkflow
python examples/export-specs/export_specs.py --process <id> -o specs.json *.bpmn *.dmn`

export function problemOf(error: Error): Problem {
  if (!isUnitflowError(error)) {
    return { code: error.name === 'Error' ? 'problem' : error.name, message: error.message, retryable: true }
  }
  const place = placeOf(error)
  const advice = error.code === 'not-a-spec' ? capitalized(error.fields.hint) : ADVICE[error.code]
  return {
    code: error.code,
    message: capitalized(messageOf(error)),
    ...(place === '' ? {} : { place }),
    ...(advice === undefined ? {} : { advice }),
    ...(error.code === 'not-a-spec' && MADE_FROM_XML.has(error.fields.kind) ? { commands: EXPORT } : {}),
    retryable: RETRYABLE.has(error.code),
  }
}

/** The message without what is said beside it. */
function messageOf(error: AnyUnitflowError): string {
  if (error.code === 'not-a-spec') return error.message.replace(error.fields.hint, '').trim()
  if (error.code === 'not-json' || error.code === 'bad-spec') {
    return `Expected ${error.fields.expected}, found ${error.fields.found}.`
  }
  if (error.code === 'store-full') return 'The browser gives this site no more space.'
  // The key in the cache is this page's own affair.
  if (error.code === 'unknown-process') return `The workflow does not hold “${error.fields.processId}”.`
  return error.message
}

function placeOf(error: AnyUnitflowError): string {
  if (error.code === 'limit-exceeded') return error.fields.pointer
  if (error.code !== 'not-json' && error.code !== 'bad-spec') return ''
  const { pointer, line, column } = error.fields
  return [pointer, `line ${line}, column ${column}`].filter((part) => part !== '').join(', ')
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
