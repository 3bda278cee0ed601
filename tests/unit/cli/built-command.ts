import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** What the program is run with, beside its arguments. */
export interface ProgramOptions {
  /** @default the folder of the command */
  readonly cwd?: string
  /** Beside `PATH`, which is all that it has otherwise. */
  readonly env?: Readonly<Record<string, string>>
}

/** The same, of one that is waited for. */
export interface RunOptions extends ProgramOptions {
  readonly input?: string
  /** What Node itself is told. */
  readonly node?: readonly string[]
}

/** What a program gave that has ended. */
export interface ProgramOutcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A program that goes on, with what it has said so far. Its stdin stays open. */
export interface Program {
  readonly child: ChildProcessWithoutNullStreams
  readonly said: { out: string; err: string }
  /** Waits until it has said this on stdout. */
  readonly until: (text: string) => Promise<void>
  /** Its exit code. */
  readonly end: Promise<number | null>
}

/** The command as a program of its own, in a folder of its own. */
export interface BuiltCommand {
  readonly folder: string
  /** The file to run with Node. */
  readonly program: string
  /** Runs it to its end. */
  run(argv: readonly string[], options?: RunOptions): ProgramOutcome
  /** Starts it; nobody reads what it says. */
  spawn(argv: readonly string[], options?: ProgramOptions): ChildProcessWithoutNullStreams
  /** Starts it, and listens. */
  start(argv: readonly string[], options?: ProgramOptions): Program
  write(name: string, content: string): void
  remove(): void
}

/**
 * Builds the command as it is published.
 *
 * @param modules what modules of the test import beside it: `flows: 'ts/flows/index.ts'` is `./flows.js`
 */
export async function builtCommand(modules: Readonly<Record<string, string>> = {}): Promise<BuiltCommand> {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-built-'))
  const program = join(folder, 'cli.js')
  await build({
    absWorkingDir: repository,
    entryPoints: { cli: 'ts/cli/main.ts', ...modules },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    loader: { '.wasm': 'base64' },
    logLevel: 'silent',
  })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const surroundings = ({ cwd = folder, env = {} }: ProgramOptions) => ({
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  const spawned = (argv: readonly string[], options: ProgramOptions = {}): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [program, ...argv], surroundings(options))
  return {
    folder,
    program,
    run: (argv, options = {}) => {
      const { input = '', node = [] } = options
      const { status, stdout, stderr } = spawnSync(process.execPath, [...node, program, ...argv], {
        ...surroundings(options),
        input,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      })
      return { code: status, out: stdout, err: stderr }
    },
    spawn: spawned,
    start: (argv, options) => listenedTo(spawned(argv, options)),
    write: (name, content) => writeFileSync(join(folder, name), content),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function listenedTo(child: ChildProcessWithoutNullStreams): Program {
  const said = { out: '', err: '' }
  let heard = (): void => undefined
  child.stdout.on('data', (text: Buffer) => {
    said.out += text.toString()
    heard()
  })
  child.stderr.on('data', (text: Buffer) => (said.err += text.toString()))
  return {
    child,
    said,
    until: async (text) => {
      while (!said.out.includes(text)) await new Promise<void>((resolve) => (heard = resolve))
    },
    end: ended(child),
  }
}

/** The exit code of a program, when it has ended. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve))
}
