// Uses the core while its instances are made to fail, in ways that are real: a trap, and memory that is used up. Runs on the
// main thread of Node, in a worker, and in pages.
const PAGES = 65_536
const MIB = 1024 * 1024
const encoder = new TextEncoder()

/** What has been made, as long as it is used: whatever is held here would stay. */
const instances = []
/** The export that traps when it is called next. */
let trapping

const RealInstance = WebAssembly.Instance
WebAssembly.Instance = class {
  constructor(module, imports) {
    const { exports } = new RealInstance(module, imports)
    const trapOr =
      (name) =>
      (...args) => {
        if (trapping !== name) return exports[name](...args)
        trapping = undefined
        return exports.trap()
      }
    const names = ['allocate', 'decompose', 'free_reply']
    this.exports = { ...exports, ...Object.fromEntries(names.map((name) => [name, trapOr(name)])) }
    instances.push(new WeakRef(this.exports))
  }
}

/**
 * What can be done to the core: `step()` does one of it, or the one that is named, and gives its name.
 *
 * @param random as of `seeded`
 * @param text of a workflow
 * @param collectGarbage where the runtime has it: then it is also seen that large memory goes
 */
export function coreFaults({ decompose, isUnitflowError, text, random, collectGarbage }) {
  const { between, below, pick } = random
  const wanted = decompose(text).version
  const current = () => instances.at(-1).deref()
  const works = (about) => {
    if (decompose(text).version !== wanted) throw new Error(`${about}: the next call gives another version`)
  }
  const refused = (code, work) => {
    try {
      work()
    } catch (error) {
      if (isUnitflowError(error, code)) return
      throw new Error(`not ${code}: ${error?.code} ${error?.message}`, { cause: error })
    }
    throw new Error(`expected ${code}, and it worked`)
  }
  const isLarge = () => current()?.memory.buffer.byteLength > 64 * MIB
  /** Large memory may be kept until the runtime wants it back, and no longer. */
  const letsGo = async (about) => {
    if (collectGarbage === undefined || !isLarge()) return
    // What a weak reference gave is kept to the end of the job.
    await new Promise((resolve) => setTimeout(resolve))
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
      if (current() === undefined) works('after large memory has gone')
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
      const size = encoder.encode(text).length
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
      const bytes = encoder.encode(text)
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
  return {
    async step(name = pick(ordinary)) {
      actions[name]()
      await letsGo(name)
      return name
    },
  }
}

/** The same workflow with so many bytes, by a field that nobody reads. */
function longer(text, bytes) {
  const start = `${text.slice(0, -1)},"long":"`
  return `${start}${'x'.repeat(bytes - encoder.encode(start).length - 2)}"}`
}

function task(length) {
  const id = 'i'.repeat(length)
  return `"${id}":{"name":"n","typename":"UserTask","inputs":[],"outputs":[],"bpmn_id":null}`
}
