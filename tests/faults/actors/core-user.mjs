// Uses the core while its instances are made to fail, in ways that are real: a trap, and memory that is used up.
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { actor } from '../actor.mjs'
import { decompose, isUnitflowError } from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

const PAGES = 65_536
const MIB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const instances = []
/** The export that traps when it is called next. */
let trapping

const RealInstance = WebAssembly.Instance
WebAssembly.Instance = class {
  constructor(module, imports) {
    const { exports } = new RealInstance(module, imports)
    instances.push(exports)
    const trapOr =
      (name) =>
      (...args) => {
        if (trapping !== name) return exports[name](...args)
        trapping = undefined
        return exports.trap()
      }
    const names = ['allocate', 'decompose', 'free_reply']
    this.exports = { ...exports, ...Object.fromEntries(names.map((name) => [name, trapOr(name)])) }
  }
}

await actor(async ({ seed, first, steps }, say) => {
  const { between, below, pick } = seeded(seed, 'core')
  const workflow = new VersionedWorkflow('real', 1)
  const text = workflow.text(0)
  const wanted = decompose(text).version
  const current = () => instances[instances.length - 1]
  const works = (about) => {
    if (decompose(text).version !== wanted) throw new Error(`${about}: the next call gives another version`)
  }
  const isLarge = () => current().memory.buffer.byteLength > 64 * MIB
  /** Large memory may be kept until the runtime wants it back, and no longer. */
  const letsGo = async (about) => {
    if (!isLarge()) return
    // What a weak reference gave is kept to the end of the job.
    await setImmediate()
    collectGarbage()
    works(about)
    if (isLarge()) throw new Error(`${about}: the core keeps too much memory`)
  }
  const actions = {
    trap() {
      trapping = pick(['allocate', 'decompose', 'free_reply'])
      const before = instances.length
      refused('core-trap', () => decompose(text))
      works('after a trap')
      if (instances.length !== before + 1) throw new Error('the core was not replaced once after a trap')
    },
    'out-of-memory'() {
      const { memory } = current()
      const left = below(40)
      memory.grow(PAGES - memory.buffer.byteLength / 65_536 - left)
      // So much is needed twice; what the core keeps between calls does not hold it.
      const large = longer(text, 48 * MIB)
      refused('core-trap', () => decompose(large))
      works('out of memory')
    },
    depth() {
      const nested = (levels) => `${text.slice(0, -1)},"deep":${'['.repeat(levels)}${']'.repeat(levels)}}`
      decompose(nested(999))
      refused('limit-exceeded', () => decompose(nested(1000)))
      refused('limit-exceeded', () => decompose(nested(between(1001, 1_000_000))))
      works('nested too deep')
    },
    bytes() {
      const size = Buffer.byteLength(text)
      decompose(text, { limits: { bytes: size } })
      refused('limit-exceeded', () => decompose(text, { limits: { bytes: between(1, size - 1) } }))
      works('too many bytes')
    },
    'id-length'() {
      const named = (length) => text.replace('"task_specs":{', `"task_specs":{${task(length)},`)
      decompose(named(10_000))
      refused('limit-exceeded', () => decompose(named(10_001)))
      works('an id too long')
    },
    garbage() {
      const bytes = Buffer.from(text)
      for (let changes = between(1, 5); changes > 0; changes--) bytes[below(bytes.length)] = below(256)
      const cut = pick([bytes, bytes.subarray(0, below(bytes.length))])
      try {
        decompose(cut)
      } catch (error) {
        const codes = ['not-json', 'not-utf8', 'bad-spec', 'not-a-spec']
        if (!isUnitflowError(error) || !codes.includes(error.code)) throw error
      }
      works('garbage')
    },
    largest() {
      const size = 256 * MIB
      const largest = longer(text, size)
      decompose(largest)
      works('as large as allowed')
      refused('limit-exceeded', () => decompose(`${largest} `))
      works('larger than allowed')
    },
    'most-processes'() {
      const one =
        '{"name":"p","typename":"T","task_specs":{},"data_objects":{},"correlation_keys":{},"io_specification":null}'
      const many = (count) => {
        const others = Array.from({ length: count - 1 }, (_, index) => `"p${index}":${one}`)
        return `{"spec":${one},"subprocess_specs":{${others.join(',')}}}`
      }
      if (decompose(many(100_000)).objects.length !== 100_000) throw new Error('processes are lost')
      works('as many processes as allowed')
      refused('limit-exceeded', () => decompose(many(100_001)))
      works('more processes than allowed')
    },
  }
  const ordinary = Object.keys(actions).filter((name) => name !== 'largest' && name !== 'most-processes')
  return async (round) => {
    const name = first[round] ?? pick(ordinary)
    actions[name]()
    await letsGo(name)
    await say({ type: 'step', what: `wasm ${name}` })
    if (round === first.length + steps) {
      await say({ type: 'done' })
      process.exit(0)
    }
  }
})

/** The same workflow with so many bytes, by a field that nobody reads. */
function longer(text, bytes) {
  const start = `${text.slice(0, -1)},"long":"`
  return `${start}${'x'.repeat(bytes - Buffer.byteLength(start) - 2)}"}`
}

function task(length) {
  const id = 'i'.repeat(length)
  return `"${id}":{"name":"n","typename":"UserTask","inputs":[],"outputs":[],"bpmn_id":null}`
}

function refused(code, work) {
  try {
    work()
  } catch (error) {
    if (isUnitflowError(error, code)) return
    throw new Error(`not ${code}: ${error?.code} ${error?.message}`, { cause: error })
  }
  throw new Error(`expected ${code}, and it worked`)
}
