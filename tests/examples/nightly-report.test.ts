import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { readFlows } from 'unitflow/flows'
import type { FlowEvent } from 'unitflow/flows'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { startSalesServer } from '../../examples/nightly-report/sales-server.mjs'
import type { SalesServer } from '../../examples/nightly-report/sales-server.mjs'
import { run } from '../packaging/run.js'

const application = inject('application')
const program = join(application, 'nightly-report/nightly-report.mjs')
/** Holds the reports of one test. */
let folder: string

beforeAll(() =>
  cp(
    fileURLToPath(new URL('../../examples/nightly-report', import.meta.url)),
    join(application, 'nightly-report'),
    { recursive: true, filter: (path) => !/[/\\](node_modules|\.nightly)$/.test(path) },
  ),
)
beforeEach(async () => {
  folder = await mkdtemp(join(application, 'night-'))
  return () => rm(folder, { recursive: true, force: true })
})

type Options = NonNullable<Parameters<typeof startSalesServer>[0]>

async function salesServer(options?: Options): Promise<SalesServer> {
  const server = await startSalesServer(options)
  onTestFinished(() => server.close())
  return server
}

const DATE = '2026-11-21'

async function nightly(...args: readonly string[]): Promise<string> {
  return (await run(process.execPath, ['--no-warnings', program, '--date', DATE, ...args], { cwd: folder }))
    .stdout
}

/** Starts the program. @returns ends it, and tells how it ended and what it had said */
function begin(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--no-warnings', program, '--date', DATE, ...args], { cwd: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = text(child.stdout)
  const ended = once(child, 'exit')
  return async (signal?: 'SIGKILL' | 'SIGINT') => {
    if (signal !== undefined) child.kill(signal)
    const [code, by] = (await ended) as [number | null, string | null]
    return { ended: by ?? code, said: await said }
  }
}

async function history(): Promise<readonly FlowEvent[]> {
  const records = createSqliteRecords({ path: join(folder, '.nightly/nightly.db') })
  try {
    return await readFlows(records).history(DATE)
  } finally {
    await records.close()
  }
}

/** What has happened, without when and by whom. */
async function happened(): Promise<readonly string[]> {
  return (await history()).map((event) =>
    'attempt' in event ? `${event.type} ${event.task} ${event.attempt}` : event.type,
  )
}

/** What was delivered: each file with its content, and what tells whether it is the same file still. */
async function delivered() {
  const outbox = join(folder, '.nightly/outbox')
  const names = await readdir(outbox).catch(() => [])
  return Promise.all(
    names.map(async (name) => {
      const { ino, mtimeMs } = await stat(join(outbox, name))
      return { name, content: await readFile(join(outbox, name), 'utf8'), ino, mtimeMs }
    }),
  )
}

test('F17 F26 F32 a report whose program is killed in the middle of each task is right, and delivered once', async () => {
  const server = await salesServer()
  const { url } = server
  const tasks = ['download', 'summarise', 'render', 'deliver']
  for (const task of tasks)
    expect(await begin('run', '--url', url, '--kill-in', task)()).toMatchObject({ ended: 'SIGKILL' })
  // It went out, and nobody has noted that.
  const early = await delivered()
  expect(early.map(({ name }) => name)).toEqual([`${DATE}%2Fdeliver.html`])
  expect(await nightly('list')).toBe(`${DATE}  running  3/4  deliver\n`)

  expect(await nightly('run', '--url', url)).toContain(`${DATE}: .nightly/outbox/${DATE}%2Fdeliver.html\n`)
  expect(await delivered()).toEqual(early)
  // Two that failed, one whose program was killed, one that was kept.
  expect(server.requests()).toBe(4)
  expect(await happened()).toEqual([
    'flow-created',
    'flow-scheduled',
    'flow-started',
    'task-started download 1',
    'task-failed download 1',
    'retry-scheduled download 2',
    'flow-started',
    'task-started download 2',
    'task-failed download 2',
    'retry-scheduled download 3',
    'flow-started',
    'task-started download 3',
    ...['flow-recovered', 'flow-started', 'task-started download 3', 'task-completed download 3'],
    'task-started summarise 1',
    ...['flow-recovered', 'flow-started', 'task-started summarise 1', 'task-completed summarise 1'],
    'task-started render 1',
    ...['flow-recovered', 'flow-started', 'task-started render 1', 'task-completed render 1'],
    'task-started deliver 1',
    ...['flow-recovered', 'flow-started', 'task-started deliver 1', 'task-completed deliver 1'],
    'flow-completed',
  ])
  const lines = (await nightly('history')).trimEnd().split('\n')
  expect(lines).toHaveLength((await history()).length)
  expect(lines[4]).toMatch(/^[\d:.]{12} {2}task-failed {2}download, attempt 1: the shop answers with 503$/)

  // Nothing is done again, and one that nothing disturbs gives the same report.
  expect(await nightly('run', '--url', url)).toBe(`${DATE}: .nightly/outbox/${DATE}%2Fdeliver.html\n`)
  expect(server.requests()).toBe(4)
  await rm(folder, { recursive: true })
  folder = await mkdtemp(join(application, 'night-'))
  await nightly('run', '--url', url)
  expect((await delivered()).map(({ content }) => content)).toEqual(early.map(({ content }) => content))
  expect(early[0]?.content).toContain(`<h1>Sales of ${DATE}</h1>`)
  expect(early[0]?.content).toContain('Honey &#38; lemon')
})

test('F26 a program that is killed from outside, in the middle of a request, is gone on with at once', async () => {
  let asked: () => void = () => undefined
  const isAsked = new Promise<void>((resolve) => (asked = resolve))
  let isHeld = true
  const { url } = await salesServer({
    failures: 0,
    before: () => (isHeld ? new Promise<void>(() => asked()) : undefined),
  })
  const end = begin('run', '--url', url)
  await isAsked
  expect(await end('SIGKILL')).toMatchObject({ ended: 'SIGKILL' })
  isHeld = false
  expect(await nightly('run', '--url', url)).toContain('flow-recovered')
  expect((await delivered()).map(({ name }) => name)).toEqual([`${DATE}%2Fdeliver.html`])
})

test('F19 a report that has failed five times is failed, and goes on when it is run again', async () => {
  const server = await salesServer({ failures: 5 })
  const { url } = server
  const failed = await begin('run', '--url', url)()
  expect(failed.ended).toBe(1)
  expect(failed.said).toContain(`${DATE}: failed at download; run it again to go on from there\n`)
  expect(await delivered()).toEqual([])
  await nightly('run', '--url', url)
  expect(server.requests()).toBe(6)
  const events = await happened()
  expect(events.slice(events.indexOf('flow-failed')).slice(0, 5)).toEqual([
    'flow-failed',
    'flow-rescheduled',
    'flow-started',
    'task-started download 1',
    'task-completed download 1',
  ])
  expect(await delivered()).toHaveLength(1)
})

test('a shop that cannot be reached is told with the reason', async () => {
  const server = await startSalesServer()
  server.close()
  const { ended, said } = await begin('run', '--url', server.url)()
  expect(ended).toBe(1)
  expect(said).toMatch(/task-failed {2}download, attempt 5: fetch failed: .*ECONNREFUSED/)
})

test.each([
  [[], '2\n', 'usage: node nightly-report.mjs <command>'],
  [['toString'], '2\n', 'usage: node nightly-report.mjs <command>'],
  [['run', 'twice'], '2\n', 'usage: node nightly-report.mjs <command>'],
  [['run', '--kill-in', 'lunch'], '2\n', 'usage: node nightly-report.mjs <command>'],
  [['run', '--date', 'yesterday'], '2\n', 'usage: node nightly-report.mjs <command>'],
  [['run', '--day', '1'], '2\n', "Unknown option '--day'"],
  [['history'], '1\n', 'no-such-execution: '],
])('%j ends with %s: %s', async (args, code, message) => {
  const ended = nightly(...args)
  await expect(ended).rejects.toThrow(`ended with ${code}`)
  await expect(ended).rejects.toThrow(message)
})
