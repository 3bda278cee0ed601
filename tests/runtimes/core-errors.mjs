// Every error that the core can give, and whether each survives the ways that values take between runtimes.
import { decompose, errorFromData, errorToData, isUnitflowError, UnitflowError } from 'unitflow'

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
const DMN = 'https://www.omg.org/spec/DMN/20191111/MODEL/'
const processSpec = (name) => ({
  name,
  typename: 'BpmnProcessSpec',
  io_specification: null,
  data_objects: {},
  correlation_keys: {},
  task_specs: {},
})
const specsOf = (...others) =>
  JSON.stringify({
    spec: processSpec('Top'),
    subprocess_specs: Object.fromEntries(others.map((name) => [name, processSpec(name)])),
  })
const SPEC = specsOf()
const bytes = (...values) => Uint8Array.from(values)

/** Inputs by what is wrong with them; a second value is the options. */
const REFUSED = {
  'no JSON': ['{"spec": nope}'],
  'cut off': ['{"spec": {'],
  'no UTF-8': [bytes(0x22, 0xff, 0x22)],
  'a lone surrogate': ['"\ud800"'],
  'a wrong shape': ['{"spec":1}'],
  'a missing field': ['{"spec":{},"subprocess_specs":{}}'],
  'a diagram': [`<definitions xmlns="${BPMN}"/>`],
  'a decision table': [`<definitions xmlns="${DMN}"/>`],
  'other XML': ['<svg/>'],
  gzip: [bytes(0x1f, 0x8b)],
  'a zip archive': [bytes(0x50, 0x4b, 3, 4)],
  'a state': ['{"spec":{},"subprocess_specs":{},"tasks":{},"subprocesses":{}}'],
  'one process': [JSON.stringify(processSpec('Top'))],
  'a list': ['[1]'],
  'text in text': [JSON.stringify(SPEC)],
  'too many bytes': [SPEC, { limits: { bytes: 10 } }],
  'too deep': [SPEC, { limits: { depth: 1 } }],
  'too many processes': [specsOf('Other'), { limits: { processes: 1 } }],
  'a long id': [SPEC, { limits: { idLength: 1 } }],
  'no text': [42],
  'a bad limit': [SPEC, { limits: { depth: 0 } }],
}

/** Each error as data, by what is wrong with the input; `carried` names the ways on which it lost nothing. */
export async function coreErrors() {
  const found = {}
  for (const [name, [specs, options]] of Object.entries(REFUSED)) {
    const error = thrown(() => decompose(specs, options))
    const { stack, ...data } = errorToData(error)
    found[name] = { ...data, hasStack: typeof stack === 'string', carried: await carried(error) }
  }
  return found
}

async function carried(error) {
  const outer = new Error('around it', { cause: error })
  const ways = {
    clone: structuredClone,
    port: throughPort,
    json: (data) => JSON.parse(JSON.stringify(data)),
  }
  const whole = []
  for (const [way, send] of Object.entries(ways)) {
    const back = errorFromData(await send(errorToData(error)))
    const within = errorFromData(await send(errorToData(outer))).cause
    if ([back, within].every((copy) => isSame(copy, error))) whole.push(way)
  }
  return whole
}

function isSame(copy, error) {
  return (
    copy instanceof UnitflowError &&
    isUnitflowError(copy, error.code) &&
    copy.message === error.message &&
    copy.stack === error.stack &&
    JSON.stringify(copy.fields) === JSON.stringify(error.fields)
  )
}

/** As a worker sends it. The Edge runtime has no ports: there, what a port does to a value. */
function throughPort(data) {
  const { MessageChannel } = globalThis
  if (MessageChannel === undefined) return structuredClone(data)
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = ({ data: received }) => {
      port1.close()
      resolve(received)
    }
    port2.postMessage(data)
  })
}

function thrown(work) {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
