import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { pathToFileURL } from 'node:url'
import { createBackend } from '../deciders/index.js'
import { createFlowRunner } from '../flows/index.js'
import { createSqliteRecords } from '../records/sqlite/index.js'
import type { SqliteRecords } from '../records/sqlite/index.js'
import { createFilesystemStore } from '../stores/filesystem/index.js'
import { ExitCode } from './exit-code.js'
import type { Io, Output } from './io.js'
import { run } from './run.js'
import { StdinLines } from './stdin-lines.js'
import { identityOf, isGone } from './worker-identity.js'

const interruption = new AbortController()

/** The first signal ends the work in order, the second at once. */
function interruptOn(signal: 'SIGINT' | 'SIGTERM'): void {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(ExitCode.interrupted)
    interruption.abort(new Error(`ended by ${signal}`))
  })
}

function output(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  // Who reads only the start, as `head` does, closes the pipe: no reason to complain, nor to stop writing to a cache.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  // What is written here is never captured.
  const write = stream.write.bind(stream)
  return {
    write: (text) => write(text),
    isTTY: isatty(stream.fd),
    get columns() {
      return isatty(stream.fd) ? stream.columns : undefined
    },
    get rows() {
      return isatty(stream.fd) ? stream.rows : undefined
    },
  }
}

async function readStdin(signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted()
  const { stdin } = process
  // Ends the reading, and lets the program end: an open stdin would keep it.
  const stop = (): void => void stdin.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  signal.addEventListener('abort', stop)
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of stdin as AsyncIterable<Uint8Array>) chunks.push(chunk)
    signal.throwIfAborted()
    return Buffer.concat(chunks)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Beside the file first, then renamed: nobody ever sees half a file. What is no regular file is written to directly. */
async function writeWhole(path: string, content: string | AsyncIterable<string>): Promise<void> {
  const known = await stat(path).catch(() => undefined)
  if (known !== undefined && !known.isFile()) {
    await writeFile(path, content)
    return
  }
  const target = known === undefined ? path : await realpath(path)
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(temporary, content, known === undefined ? {} : { mode: known.mode })
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeStdout(content: AsyncIterable<string>): Promise<void> {
  const { stdout } = process
  const reader = { isGone: false }
  let goOn = (): void => undefined
  const onDrain = (): void => goOn()
  const onError = (): void => {
    reader.isGone = true
    goOn()
  }
  stdout.on('drain', onDrain).on('error', onError)
  interruption.signal.addEventListener('abort', onDrain)
  try {
    for await (const text of content) {
      if (reader.isGone) return
      // Waits for whoever reads, so that no more than a piece is kept here.
      if (!stdout.write(text) && !interruption.signal.aborted)
        await new Promise<void>((resolve) => (goOn = resolve))
    }
  } finally {
    stdout.off('drain', onDrain).off('error', onError)
    interruption.signal.removeEventListener('abort', onDrain)
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)))
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev
}

async function withTemporaryFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'unitflow-'))
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  // Where a second signal ends the program at once, too.
  process.once('exit', remove)
  try {
    return await work(path)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

/** Node says of its SQLite that it is experimental, which is nothing to the user of a command. */
function openRecords(path: string, { create }: { readonly create: boolean }): SqliteRecords {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => undefined
  try {
    return createSqliteRecords({ path, create })
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Whether code of the user's runs here. */
const loaded = { isAny: false }

function importModule(path: string): Promise<object> {
  loaded.isAny = true
  return import(pathToFileURL(path).href) as Promise<object>
}

/** What code of the user's writes, by `console.log` too, which ends here. */
function capture(print: (text: string) => void): () => void {
  const releases = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream)
    stream.write = (chunk: string | Uint8Array, ...more: readonly unknown[]) => {
      print(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
      const done = more.find(isCallback)
      if (done !== undefined) process.nextTick(done)
      return true
    }
    return () => (stream.write = write)
  })
  return () => releases.forEach((release) => release())
}

function isCallback(value: unknown): value is () => void {
  return typeof value === 'function'
}

function every(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms)
  return () => clearInterval(timer)
}

/** Until what was written has left the program. */
async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  )
}

/** How this program was called: by the name of its bin, or as a script. */
function commandName(): string {
  const path = process.argv[1] ?? 'unitflow'
  const name = basename(path).replace(/\.(cmd|ps1)$/, '')
  if (name !== 'unitflow') return `node ${relative(process.cwd(), path)}`
  const isOnPath = (process.env['npm_lifecycle_event'] ?? process.env['npm_command']) === undefined
  return isOnPath ? name : `npx ${name}`
}

interruptOn('SIGINT')
interruptOn('SIGTERM')

const stderr = output(process.stderr)
const lines = new StdinLines(process.stdin, stderr)
const io: Io = {
  stdout: output(process.stdout),
  stderr,
  readStdin,
  stdinIsTTY: isatty(process.stdin.fd),
  readLine: (question, signal) => lines.next(question, signal),
  cwd: process.cwd(),
  env: process.env,
  readFile: (path) => readFile(path, { signal: interruption.signal }),
  writeFile: writeWhole,
  writeStdout,
  isSameFile,
  withTemporaryFolder,
  createStore: (root) => createFilesystemStore({ root }),
  openRecords,
  createBackend: (records) => createBackend({ records }),
  createFlowRunner,
  importModule,
  capture,
  every,
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms) => delay(ms, undefined, { signal: interruption.signal }).catch(() => undefined),
  signal: interruption.signal,
  identity: identityOf(process.pid, hostname()),
  isGone: (identity) => isGone(identity, hostname()),
  command: commandName(),
}

// Not `process.exit`: what was written to a pipe must arrive first.
process.exitCode = await run(process.argv.slice(2), io)
lines.close()
// A task that goes on though its execution was given back would run twice, and what a module has opened stays open.
if (loaded.isAny) {
  await flushed()
  process.exit()
}
