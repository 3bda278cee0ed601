import { type ChildProcess, fork } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The store, built as one file that a process of its own can load. */
export interface BuiltRecords {
  readonly module: string
  remove(): void
}

export async function buildRecords(): Promise<BuiltRecords> {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-built-'))
  const module = join(folder, 'sqlite.mjs')
  const entry = fileURLToPath(new URL('../../../../ts/records/sqlite/index.ts', import.meta.url))
  await build({ entryPoints: [entry], outfile: module, bundle: true, format: 'esm', platform: 'node' })
  return { module, remove: () => rmSync(folder, { recursive: true }) }
}

/** What a writer is told, see `writer.mjs`. */
export interface WriterOptions {
  readonly path: string
  readonly name: string
  /** Counts up so often, then ends; without it, until it is killed. */
  readonly transactions?: number
  /** Gets a line for every transaction that was acknowledged, before the next one begins. */
  readonly log: string
}

/** Counts up records in a process of its own. */
export function startWriter({ module }: BuiltRecords, options: WriterOptions): ChildProcess {
  appendFileSync(options.log, '')
  const script = fileURLToPath(new URL('writer.mjs', import.meta.url))
  return fork(script, [JSON.stringify({ ...options, module })], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
}

/** How a process ended, with what it said to stderr. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })))
}

/** What was acknowledged: the last line may be torn by a kill. */
export function acknowledged(log: string): number {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
  return Math.max(0, ...lines.map(Number))
}
