import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  listWorkflows,
  readElementUnit,
  unitJson,
  verifyStore,
} from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { beforeAll, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest'
import { nodeVersions, type NodeVersion } from '../packaging/node-versions.js'
import { run } from '../packaging/run.js'

const application = inject('application')
const example = join(application, 'node-worker')
const BPMN = '<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'

/** Node 20 and 24. */
let versions: readonly NodeVersion[]
let company: string
/** Holds the workflows and the store of one test. */
let folder: string

beforeAll(async () => {
  await cp(fileURLToPath(new URL('../../examples/node-worker', import.meta.url)), example, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  })
  company = await readFile(new URL('../../examples/workflows/order-company.c.json', import.meta.url), 'utf8')
  versions = (await nodeVersions()).filter(({ name }) => name !== 'Node 22')
})
beforeEach(async () => {
  folder = await mkdtemp(join(application, 'workflows-'))
  await mkdir(join(folder, 'specs'))
  return () => rm(folder, { recursive: true, force: true })
})

/** The workflow of the company, in each of whose processes something else is written. */
function variant(name: string): string {
  return company.replaceAll('"description": "', `"description": "${name} `)
}

async function save(name: string, specs: string): Promise<void> {
  await writeFile(join(folder, 'specs', name), specs)
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  readonly pid: number
  /** Resolves once the program has said this on stderr. */
  readonly says: (words: string) => Promise<void>
  readonly ended: Promise<Ended>
}

/** Starts the example, in a process group of its own, as a shell does. */
function start(args: readonly string[], program = process.execPath, env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(program, [join(example, 'main.mjs'), ...args], {
    cwd: folder,
    detached: true,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid!
  onTestFinished(() => {
    if (isGroupAlive(pid)) process.kill(-pid, 'SIGKILL')
  })
  const finish = async (): Promise<Ended> => {
    const [stdout, stderr, [code, signal]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null, string | null]>,
    ])
    return { code, signal, stdout, stderr }
  }
  let heard = ''
  child.stderr.on('data', (piece) => (heard += String(piece)))
  const says = (words: string): Promise<void> =>
    expect.poll(() => heard, { timeout: 60_000 }).toContain(words)
  return { pid, says, ended: finish() }
}

function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}

function storeOf(name = '.unitflow'): ReturnType<typeof createFilesystemStore> {
  const store = createFilesystemStore({ root: join(folder, name) })
  onTestFinished(() => store.close())
  return store
}

async function cacheKeys(name?: string): Promise<readonly string[]> {
  const workflows = await listWorkflows(storeOf(name))
  return workflows.map(({ cacheKey }) => cacheKey).sort()
}

/** The unit of the top process and one to resume, as the store of the example has them and as this process makes them. */
async function expectSameUnits(cacheKey: string, specs: string): Promise<void> {
  const here = createMemoryStore()
  await cacheElementUnitsForWorkflow(here, cacheKey, specs)
  for (const wanted of [{ processId: 'Order' }, { processId: 'Order', elements: ['Approve_Payment'] }]) {
    const [there, expected] = await Promise.all(
      [storeOf(), here].map(async (store) => unitJson(await readElementUnit(store, cacheKey, wanted))),
    )
    expect(there).toBe(expected)
  }
}

test('the workflows of a folder are cached with one compiled core, in Node 20 and 24', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const name of names) await save(`${name}.json`, variant(name))
  await mkdir(join(folder, 'specs/more'))
  await save('more/a.json', variant('more'))
  await save('notes.txt', 'no workflow')
  const log = join(folder, 'log')
  const hook = join(folder, 'hook.mjs')
  await writeFile(hook, COUNT_CORES)
  for (const { name, path } of versions) {
    await rm(log, { force: true })
    const env = { NODE_OPTIONS: `--import=${hook}`, LOG: log }
    const { code, stdout, stderr } = await start(['specs', '--store', name, '--threads', '3'], path, env)
      .ended
    expect({ code, stderr }, name).toEqual({ code: 0, stderr: '' })
    expect(stdout, name).toMatch(/^3 threads: 6 of 6 workflows, \d+ units written, \d+\.\d MB in .* MB\/s\n$/)
    expect(await cacheKeys(name)).toEqual([...names, 'more/a'].sort())
    const events = (await readFile(log, 'utf8')).trim().split('\n').sort()
    expect(events, name).toEqual(['0 compiles the core', '0 starts', '1 starts', '2 starts', '3 starts'])
  }
})

/** Loaded into every thread: tells of the threads, and of all that compiles the core. */
const COUNT_CORES = `
import { appendFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'
const core = readFileSync(${JSON.stringify(join(application, 'node_modules/unitflow/dist/core.wasm'))})
const tell = (event) => appendFileSync(process.env.LOG, threadId + ' ' + event + '\\n')
const look = (source) => {
  if (source?.byteLength === core.length) tell('compiles the core')
}
tell('starts')
WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct: (target, [source]) => (look(source), new target(source)),
})
for (const name of ['compile', 'instantiate']) {
  WebAssembly[name] = new Proxy(WebAssembly[name], {
    apply: (target, self, args) => (look(args[0]), Reflect.apply(target, self, args)),
  })
}
`

test('what is cached is what caching in one process gives, and caching again writes nothing', async () => {
  for (const name of ['one', 'two']) await save(`${name}.json`, variant(name))
  const first = await start(['specs', '--threads', '2']).ended
  expect(first.stdout).toMatch(/^2 threads: 2 of 2 workflows, 48 units written, /)
  for (const name of ['one', 'two']) await expectSameUnits(name, variant(name))
  const again = await start(['specs', '--threads', '1']).ended
  expect(again.stdout).toMatch(/^1 thread: 2 of 2 workflows, 0 units written, /)
  expect(again.code).toBe(0)
})

test('broken files are told at the end, each with code and place, and the others are cached', async () => {
  await save('good.json', variant('good'))
  await save('bpmn.json', BPMN)
  await save('empty.json', '')
  await save('shape.json', '{\n "spec": {"name": 7},\n "subprocess_specs": {}\n}')
  await save('torn\u001b[2J.json', variant('torn').slice(0, 5000))
  await save('also-good.json', variant('also good'))
  await symlink('gone', join(folder, 'specs/unreadable.json'))
  for (const { name, path } of versions) {
    const { code, stdout, stderr } = await start(['specs', '--store', name, '--threads', '2'], path).ended
    expect(code, name).toBe(1)
    expect(stdout).toMatch(/^2 threads: 2 of 7 workflows, /)
    const lines = stderr.trim().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(/^specs\/bpmn\.json: not-a-spec: this is BPMN XML.*examples\/export-specs/),
      'specs/empty.json:1:1: not-json: expected a JSON value, found the end of the text',
      'specs/shape.json:2:19: bad-spec at /spec/name: expected a string, found a number',
      expect.stringMatching(
        /^specs\/torn\\u\{1b\}\[2J\.json:\d+:\d+: not-json at \/spec\/\S+: expected .* found /,
      ),
      expect.stringMatching(/^specs\/unreadable\.json: error: ENOENT/),
      '5 of 7 could not be cached',
    ])
    expect(await cacheKeys(name)).toEqual(['also-good', 'good'])
  }
  const store = storeOf('Node 24')
  expect((await verifyStore(store)).findings).toEqual([])
})

test('a thread that dies is told with the file that it was at, and another goes on', async () => {
  for (const name of ['a', 'deadly', 'z']) await save(`${name}.json`, variant(name))
  const env = await reading('deadly.json', `setImmediate(() => { throw new RangeError('no memory left') })`)
  const { code, stderr } = await start(['specs', '--threads', '1'], process.execPath, env).ended
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'specs/deadly.json: error: no memory left\n1 of 3 could not be cached\n',
  })
  expect(await cacheKeys()).toEqual(['a', 'z'])
})

/** The environment in which reading this file runs the code, and never ends. */
async function reading(name: string, code: string): Promise<NodeJS.ProcessEnv> {
  const hook = join(folder, 'hook.mjs')
  await writeFile(
    hook,
    `import promises from 'node:fs/promises'
    import { syncBuiltinESMExports } from 'node:module'
    const { readFile } = promises
    promises.readFile = (path, options) => {
      if (!String(path).endsWith('${name}')) return readFile(path, options)
      ${code}
      return new Promise(() => undefined)
    }
    syncBuiltinESMExports()`,
  )
  return { NODE_OPTIONS: `--import=${hook}` }
}

describe('Ctrl-C', () => {
  test('stops the work; what is cached stays whole, and the next run does the rest', async () => {
    const names = Array.from({ length: 150 }, (_, number) => `w${number}`)
    for (const name of names) await save(`${name}.json`, variant(name))
    for (const { name, path } of versions) {
      const { pid, ended } = start(['specs', '--store', name, '--threads', '2'], path)
      await firstRoot(name)
      process.kill(-pid, 'SIGINT')
      const { code, stdout, stderr } = await ended
      expect({ code, stderr }, name).toEqual({
        code: 130,
        stderr:
          'stopping; Ctrl-C again ends at once\n' +
          'stopped: what is cached stays, and caching it again writes nothing\n',
      })
      expect(isGroupAlive(pid)).toBe(false)
      const cached = await cacheKeys(name)
      expect(cached.length).toBeGreaterThan(0)
      expect(cached.length).toBeLessThan(names.length)
      expect(stdout).toContain(`2 threads: ${cached.length} of ${names.length} workflows, `)
      expect((await verifyStore(storeOf(name))).findings).toEqual([])
      // No file that was begun is left.
      const files = await readdir(join(folder, name), { recursive: true })
      expect(files.filter((file) => file.includes('~'))).toEqual([])
    }
    const rest = await start(['specs', '--store', 'Node 24']).ended
    expect(rest.code).toBe(0)
    expect(await cacheKeys('Node 24')).toEqual([...names].sort())
    await run(
      process.execPath,
      [join(application, 'node_modules/unitflow/dist/cli.js'), 'verify', '--store', join(folder, 'Node 24')],
      { cwd: folder },
    )
  })

  test('the second ends the program, whatever hangs', async () => {
    for (const name of ['a', 'b']) await save(`${name}.json`, variant(name))
    const env = await reading('b.json', `console.error('it hangs')`)
    const { pid, says, ended } = start(['specs', '--threads', '1'], process.execPath, env)
    await says('it hangs')
    process.kill(-pid, 'SIGINT')
    await says('Ctrl-C again')
    expect(isGroupAlive(pid)).toBe(true)
    process.kill(-pid, 'SIGINT')
    expect((await ended).signal).toBe('SIGINT')
    expect(isGroupAlive(pid)).toBe(false)
    expect(await cacheKeys()).toEqual(['a'])
  })

  async function firstRoot(store: string): Promise<void> {
    const roots = join(folder, store, 'v2/roots')
    const isThere = async (): Promise<boolean> => {
      const files = await readdir(roots).catch(() => [])
      return files.some((file) => !file.includes('~'))
    }
    await expect.poll(isThere, { timeout: 60_000, interval: 10 }).toBe(true)
  }
})

test('a comparison caches with one thread and with all, and keeps nothing', async () => {
  for (const name of ['a', 'b', 'c']) await save(`${name}.json`, variant(name))
  const { code, stdout } = await start(['specs', '--compare', '--threads', '2', '--store', 'deep/store/'])
    .ended
  expect(code).toBe(0)
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^1 thread: 3 of 3 workflows, 72 units written, .* MB\/s$/),
    expect.stringMatching(/^2 threads: 3 of 3 workflows, 72 units written, .* MB\/s$/),
    expect.stringMatching(/^\d+\.\d times as fast as one thread$/),
    '',
  ])
  expect(await readdir(join(folder, 'deep'))).toEqual([])
})

test('who looks at a terminal sees how far it is', async () => {
  for (const name of ['a', 'b']) await save(`${name}.json`, variant(name))
  const hook = join(folder, 'hook.mjs')
  await writeFile(hook, `process.stderr.isTTY = true`)
  const env = { NODE_OPTIONS: `--import=${hook}` }
  const { code, stderr } = await start(['specs'], process.execPath, env).ended
  expect(code).toBe(0)
  expect(stderr).toContain('0 of 2')
  expect(stderr).toContain('2 of 2')
})

test('an empty folder is nothing to do; one that is not there, and wrong arguments, are told', async () => {
  await save('notes.txt', 'no workflow')
  expect(await start(['specs']).ended).toMatchObject({
    code: 0,
    stdout: 'there is no .json file in specs\n',
    stderr: '',
  })
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['gone'], 'ENOENT'],
    [['specs/notes.txt'], 'ENOTDIR'],
    [[], 'usage: node main.mjs <folder>'],
    [['specs', 'specs'], 'usage: node main.mjs <folder>'],
    [['specs', '--threads', '0'], '--threads takes a whole number from 1'],
    [['specs', '--threads', '1.5'], '--threads takes a whole number from 1'],
    [['specs', '--thread', '1'], "Unknown option '--thread'"],
  ]
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await start(args).ended
    expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  }
})
