/** The fields of a process that a spec cannot lack. */
const FIELDS = '"data_objects":{},"correlation_keys":{},"io_specification":null'

/** A task as JSON text, with its key. */
function task(key, typename, fields = '') {
  return `${JSON.stringify(key)}:{"name":"t","typename":"${typename}","inputs":[],"outputs":[],"bpmn_id":${JSON.stringify(key)}${fields}}`
}

function call(target, key = `call ${target}`) {
  return task(key, 'CallActivity', `,"spec":${JSON.stringify(target)}`)
}

function embed(target) {
  return task(target, 'SubWorkflowTask', `,"spec":${JSON.stringify(target)}`)
}

function start(triggers) {
  const trigger = triggers.map((target) => JSON.stringify(`call ${target}`)).join()
  return `"Start":{"name":"Start","typename":"BpmnStartTask","inputs":[],"outputs":[],"bpmn_id":null,"trigger_specs":[${trigger}]}`
}

function processText(id, tasks) {
  return `{"name":${JSON.stringify(id)},"typename":"p","task_specs":{${tasks.join()}},${FIELDS}}`
}

/** @param processes ids with tasks, the top one first */
function workflow(processes, rest = '') {
  const [[top, tasks], ...others] = processes
  const members = others.map(([id, held]) => `${JSON.stringify(id)}:${processText(id, held)}`)
  return `{"spec":${processText(top, tasks)},"subprocess_specs":{${members.join()}}${rest}}`
}

const numbers = (count) => Array.from({ length: count }, (_, at) => at)
const others = (n) => numbers(n - 1).map((at) => `P${at}`)
const chain = (n, refer) =>
  workflow(numbers(n).map((at) => [`P${at}`, at === n - 1 ? [task('end', 'T')] : refer(`P${at + 1}`)]))
/** One process with tasks, which lead to one another as `outputsOf` says. */
const meshed = (n, fieldsOf) =>
  workflow([
    [
      'P0',
      numbers(n).map((at) => {
        const { typename, id, outputs } = fieldsOf(at)
        return `"t${at}":{"name":"t","typename":"${typename}","bpmn_id":${JSON.stringify(id)},"inputs":[],"outputs":${JSON.stringify(outputs)}}`
      }),
    ],
  ])
/** Text that nobody reads, in a workflow of one process. */
const unread = (text) => workflow([['P0', [task('end', 'T')]]], `,"unread":${text}`)

/** Ids that all get the same part of a manifest in parts: the low bits of their FNV-1a are zero. */
export function collidingIds(count) {
  const ids = []
  for (let seed = 0; ids.length < count; seed++) {
    const stem = `c${seed.toString(36)}_`
    let hash = 0x811c9dc5
    for (let at = 0; at < stem.length; at++) hash = Math.imul(hash ^ stem.charCodeAt(at), 0x01000193)
    for (let code = 33; code < 127; code++) {
      const low = Math.imul(hash ^ code, 0x01000193) & 0x3fff
      // Its last step is zero where the character is the hash itself.
      if (low > 32 && low < 127 && low !== 92 && low !== 34 && code !== 92 && code !== 34)
        ids.push(`${stem}${String.fromCharCode(code, low)}`)
    }
  }
  return ids.slice(0, count)
}

/**
 * Workflows that somebody wrote to make a reader slow, by what they do. Each takes a size and gives JSON text that grows with
 * it in proportion. The top process, or the one of most interest, is `P0`.
 *
 * @type {Readonly<Record<string, (n: number) => string>>}
 */
export const ATTACKS = {
  'all call one process': (n) =>
    workflow([...others(n).map((id) => [id, [call('Shared')]]), ['Shared', [task('end', 'T')]]]),
  'one process calls all': (n) =>
    workflow([
      ['P0', others(n).map((_, at) => call(`P${at + 1}`))],
      ...numbers(n - 1).map((at) => [`P${at + 1}`, []]),
    ]),
  'one process embeds all': (n) =>
    workflow([
      ['P0', others(n).map((_, at) => embed(`P${at + 1}`))],
      ...numbers(n - 1).map((at) => [`P${at + 1}`, []]),
    ]),
  'one process triggers all': (n) =>
    workflow([
      [
        'P0',
        [start(numbers(n - 1).map((at) => `P${at + 1}`)), ...numbers(n - 1).map((at) => call(`P${at + 1}`))],
      ],
      ...numbers(n - 1).map((at) => [`P${at + 1}`, []]),
    ]),
  'one calls one process n times': (n) =>
    workflow([
      ['P0', numbers(n).map((at) => call('P1', `call ${at}`))],
      ['P1', []],
    ]),
  'a chain of calls': (n) => chain(n, (next) => [call(next)]),
  'a chain of embedded processes': (n) => chain(n, (next) => [embed(next)]),
  'a chain of triggered processes': (n) => chain(n, (next) => [start([next]), call(next)]),
  'a circle of calls': (n) => workflow(numbers(n).map((at) => [`P${at}`, [call(`P${(at + 1) % n}`)]])),
  'a circle of embedded processes': (n) =>
    workflow(numbers(n).map((at) => [`P${at}`, [embed(`P${(at + 1) % n}`)]])),
  'each calls each': (n) => {
    const side = Math.floor(Math.sqrt(n))
    return workflow(numbers(side).map((at) => [`P${at}`, numbers(side).map((to) => call(`P${to}`))]))
  },
  'each embeds each': (n) => {
    const side = Math.floor(Math.sqrt(n))
    return workflow(numbers(side).map((at) => [`P${at}`, numbers(side).map((to) => embed(`P${to}`))]))
  },
  'all trigger a process that calls many': (n) => {
    const half = Math.floor(n / 2)
    return workflow([
      ...numbers(half).map((at) => [`P${at}`, [start(['Hub']), call('Hub')]]),
      ['Hub', numbers(half).map((at) => call(`Q${at}`))],
    ])
  },
  'all trigger a process that calls all': (n) =>
    workflow([
      ...others(n).map((id) => [id, [start(['Hub']), call('Hub')]]),
      ['Hub', others(n).map((id) => call(id))],
    ]),
  'all hold one element': (n) => workflow(others(n).map((id) => [id, [task('same', 'T')]])),
  'ids that collide in the parts': (n) =>
    workflow(collidingIds(n).map((id, at) => [at === 0 ? 'P0' : id, [task(id, 'T')]])),
  'ids that are numbers': (n) =>
    workflow(numbers(n).map((at) => [at === 0 ? 'P0' : String(at * 4096), [task(String(at * 65_536), 'T')]])),
  'ids that are named like what objects inherit': (n) => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
    return workflow([
      ['P0', numbers(n).map((at) => call(names[at % 5], `${names[at % 5]}${at < 5 ? '' : at}`))],
      ...names.map((name) => [name, []]),
    ])
  },
  'ids with a long beginning in common': (n) => {
    const beginning = 'x'.repeat(1000)
    return workflow(
      numbers(Math.ceil(n / 10)).map((at) => [
        at === 0 ? 'P0' : `${beginning}${at}`,
        [call(`${beginning}${at + 1}`)],
      ]),
    )
  },
  'one key again and again': (n) =>
    `{"spec":${processText('P0', [])},"subprocess_specs":{${numbers(n)
      .map(() => `"P1":${processText('P1', [task('e', 'T')])}`)
      .join()}}}`,
  'one string of quotes': (n) => unread(`"${'\\"'.repeat(n * 50)}"`),
  'one string of backslashes': (n) => unread(`"${'\\\\'.repeat(n * 50)}"`),
  'one string of surrogates as escapes': (n) => unread(`"${'\\ud800'.repeat(n * 16)}"`),
  'one string of emoji': (n) => unread(`"${'\u{1f600}'.repeat(n * 25)}"`),
  'one string of the first byte of surrogates': (n) => unread(`"${'\ud7ff'.repeat(n * 30)}"`),
  'white space': (n) => unread(`${' \n\t\r'.repeat(n * 25)}1`),
  'a white space between all': (n) => unread(`[ ${'1 , '.repeat(n * 25)}1 ]`),
  'one number': (n) => unread(`1${'0'.repeat(n * 100)}.${'0'.repeat(n)}e-${'1'.repeat(n)}`),
  'as deep as allowed': (n) =>
    unread(
      `[${numbers(Math.ceil(n / 25))
        .map(() => '['.repeat(997) + ']'.repeat(997))
        .join()}]`,
    ),
  'deep and pretty-printed': (n) =>
    unread(
      `[${numbers(Math.ceil(n / 2500))
        .map(() =>
          JSON.stringify(
            numbers(300).reduce((inner) => [inner], 1),
            undefined,
            1,
          ),
        )
        .join()}]`,
    ),
  'elements in a line': (n) => meshed(n, (at) => ({ typename: 'T', id: `e${at}`, outputs: [`t${at + 1}`] })),
  'a line of tasks that nobody drew': (n) =>
    meshed(n, (at) => ({ typename: 'SimpleBpmnTask', id: at === 0 ? 'e' : null, outputs: [`t${at + 1}`] })),
  'all lead to one task that nobody drew, and it to all': (n) =>
    meshed(n, (at) =>
      at === 0
        ? { typename: 'SimpleBpmnTask', id: null, outputs: numbers(n - 1).map((to) => `t${to + 1}`) }
        : { typename: 'T', id: `e${at}`, outputs: ['t0'] },
    ),
  'all elements have one id': (n) =>
    meshed(n, (at) => ({ typename: 'T', id: 'same', outputs: [`t${at + 1}`] })),
  'guards of one activity': (n) =>
    meshed(n, (at) =>
      at === 0
        ? { typename: 'T', id: 'e', outputs: [] }
        : { typename: 'BoundaryEventSplit', id: null, outputs: ['t0', `t${at + 1}`] },
    ),
}
