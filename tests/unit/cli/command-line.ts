import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../../../ts/cli/index.js'
import type { Io } from '../../../ts/cli/index.js'
import { systemClock } from '../../../ts/clock/index.js'
import { createBackend } from '../../../ts/deciders/index.js'
import { createFlowRunner } from '../../../ts/flows/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { createFilesystemStore } from '../../../ts/stores/filesystem/index.js'

/** What a command gave. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
  /** `out` as JSON. */
  readonly json: () => unknown
}

/** What a command is run with, beside its arguments. */
export interface Surroundings {
  readonly stdin?: string | Uint8Array
  readonly tty?: boolean
  readonly columns?: number | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly now?: () => number
  /** Replaces a part of what the command has of the world. */
  readonly io?: Partial<Io>
}

/** The command line in a folder of its own. */
export interface CommandLine {
  readonly folder: string
  readonly run: (argv: readonly string[], surroundings?: Surroundings) => Promise<Outcome>
  readonly write: (name: string, content: string | Uint8Array) => Promise<void>
  readonly read: (name: string) => Promise<string>
}

/** A folder for one test, and the command line in it. */
export async function commandLine(): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'unitflow-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return {
    folder,
    write: (name, content) => writeFile(join(folder, name), content),
    read: (name) => readFile(join(folder, name), 'utf8'),
    run: async (argv, surroundings = {}) => {
      const { stdin = '', tty = false, columns, env = {}, now = Date.now } = surroundings
      const { signal = new AbortController().signal, io = {} } = surroundings
      const typed = typeof stdin === 'string' && stdin !== '' ? stdin.split('\n') : []
      let out = ''
      let err = ''
      const code = await run(argv, {
        stdout: { write: (text) => (out += text), isTTY: tty, columns },
        stderr: { write: (text) => (err += text), isTTY: tty, columns },
        readStdin: async () => (typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
        stdinIsTTY: tty,
        readLine: async () => typed.shift(),
        cwd: folder,
        env,
        readFile: (path) => readFile(path),
        writeFile: (path, content) => writeFile(path, content),
        writeStdout: async (content) => {
          for await (const text of content) out += text
        },
        isSameFile: async (a, b) => {
          const [one, other] = await Promise.all([a, b].map((path) => realpath(path).catch(() => undefined)))
          return one !== undefined && one === other
        },
        withTemporaryFolder: async (work) => {
          const path = await mkdtemp(join(folder, 'temporary-'))
          return work(path).finally(() => rm(path, { recursive: true }))
        },
        createStore: (root) => createFilesystemStore({ root }),
        openRecords: (path, { create }) => createSqliteRecords({ path, create }),
        createBackend: (records) =>
          createBackend({ records, clock: { ...systemClock, now: () => Math.floor(now()) } }),
        createFlowRunner,
        importModule: (path) => import(path) as Promise<object>,
        capture: () => () => undefined,
        every: () => () => undefined,
        now,
        sleep: async () => undefined,
        signal,
        identity: 'unitflow 1 on here',
        isGone: () => false,
        command: 'unitflow',
        ...io,
      })
      return { code, out, err, json: () => JSON.parse(out) as unknown }
    },
  }
}

/** The path of an example workflow. */
export function example(name: string): string {
  return new URL(`../../../examples/workflows/${name}.json`, import.meta.url).pathname
}

/** A workflow of processes that call one another, as people write them by hand. */
export function specsOf(calls: Readonly<Record<string, readonly string[]>>, note = ''): string {
  const specs = Object.entries(calls).map(([id, targets]) => [id, processOf(id, targets, note)] as const)
  const [first, ...others] = specs
  const subprocesses = others.map(([id, text]) => `${JSON.stringify(id)}:${text}`).join(',')
  return `{"spec":${first?.[1] ?? 'null'},"subprocess_specs":{${subprocesses}},"serializer_version":"3"}`
}

/** One process spec that calls others. */
export function processOf(id: string, targets: readonly string[], note = ''): string {
  const names = ['Start', ...targets.map((_, index) => `call_${index}`)]
  const tasks: Record<string, object> = {}
  names.forEach((name, index) => {
    tasks[name] = {
      name,
      inputs: names.slice(Math.max(index - 1, 0), index),
      outputs: names.slice(index + 1, index + 2),
      bpmn_id: name,
      ...(index === 0 ? {} : { spec: targets[index - 1] }),
      typename: index === 0 ? 'BpmnStartTask' : 'CallActivity',
    }
  })
  return JSON.stringify({
    name: id,
    description: note,
    task_specs: tasks,
    data_objects: {},
    correlation_keys: {},
    io_specification: null,
    typename: 'BpmnProcessSpec',
  })
}

/** Whether a text would make a terminal do anything but show it. */
export function actsOnTerminal(text: string): boolean {
  return /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)
}
