// Fuzzes the TypeScript that reads and merges units; `npm run fuzz` calls this.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { clearInterval, setInterval } from 'node:timers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { countedBlocks } from './counted-blocks.mjs'

export const TYPE_SCRIPT_TARGETS = ['read_manifest', 'merge_units']

/** An input that takes longer hangs. */
const HANGS_AFTER = 25_000
/** What a thread's heap may grow to, in MiB; more than that, and something is kept or made that nobody bounds. */
const HEAP = 512
/** Bytes of an input. */
const LONGEST = 1000

const here = fileURLToPath(new URL('.', import.meta.url))

/**
 * Runs a target for so many seconds of processor time.
 *
 * @param {string} target
 * @param {number} seconds
 * @param {string} [file] an input to run alone, instead
 * @param {number} [seed] of what is mutated how; another one each time
 * @returns {Promise<{ target: string, executions: number, perSecond: number, coverage: number, cpuSeconds: number,
 *   tally: object, crash: string | undefined }>}
 */
export async function fuzzTypeScript(target, seconds, file, seed = Math.floor(Math.random() * 2 ** 32)) {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-fuzz-'))
  try {
    const bundle = join(folder, 'bundle.mjs')
    await bundled(bundle)
    return await run(target, seconds, bundle, file, seed)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function bundled(outfile) {
  await build({
    entryPoints: [join(here, 'targets.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    logLevel: 'error',
    sourcemap: 'inline',
    loader: { '.wasm': 'base64' },
    plugins: [countedBlocks(/[\\/]ts[\\/](units|stores|core|errors|sha256)[\\/].*\.ts$/)],
  })
}

function run(target, seconds, bundle, file, seed) {
  const corpusFolder = join(here, 'corpus', target)
  mkdirSync(corpusFolder, { recursive: true })
  const regressions = join(here, 'regressions', target)
  const shared = {
    counts: new Int32Array(new SharedArrayBuffer(4 * 4)),
    current: new Uint8Array(new SharedArrayBuffer(LONGEST + (1 << 16))),
  }
  const began = { at: performance.now(), cpu: process.cpuUsage() }
  const worker = new Worker(new URL('./fuzzing-thread.mjs', import.meta.url), {
    workerData: {
      bundle: pathToFileURL(bundle).href,
      target,
      folders: [corpusFolder, ...(existsSync(regressions) ? [regressions] : [])],
      corpusFolder,
      longest: LONGEST,
      seed,
      shared,
      ...(file === undefined ? {} : { input: Uint8Array.from(readFileSync(file)) }),
    },
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
    execArgv: ['--enable-source-maps'],
  })
  if (file === undefined) console.log(`seed ${seed}`)
  return new Promise((resolve) => {
    let tally = {}
    let last = { executions: -1, at: performance.now(), shown: performance.now() }
    const status = () => {
      const [executions = 0, coverage = 0, corpus = 0, length = 0] = shared.counts
      const { user, system } = process.cpuUsage(began.cpu)
      const cpuSeconds = (user + system) / 1e6
      const perSecond = Math.round((executions * 1000) / (performance.now() - began.at))
      return { executions, coverage, corpus, length, cpuSeconds, perSecond }
    }
    const end = (crash) => {
      clearInterval(watch)
      worker.removeAllListeners()
      worker.on('error', () => undefined)
      void worker.terminate().then(() => {
        const { executions, coverage, cpuSeconds, perSecond } = status()
        resolve({ target, executions, perSecond, coverage, cpuSeconds, tally, crash })
      })
    }
    /** What the thread was at when it stopped answering. */
    const stuck = (what) => {
      const bytes = shared.current.slice(0, status().length)
      end(`${what}: ${kept(target, bytes)}`)
    }
    worker.on('message', (message) => {
      if (message.type === 'tally') tally = message.tally
      if (message.type === 'passed') end(undefined)
      if (message.type !== 'failed') return
      console.error(message.failure.stack || message.failure.message)
      end(file === undefined ? kept(target, message.bytes) : message.failure.message)
    })
    worker.on('error', (error) => {
      console.error(error)
      stuck(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `more than ${HEAP} MiB` : 'the thread failed')
    })
    const watch = setInterval(() => {
      const now = status()
      if (now.executions !== last.executions)
        last = { ...last, executions: now.executions, at: performance.now() }
      else if (performance.now() - last.at > HANGS_AFTER) return void stuck('does not end')
      if (performance.now() - last.shown > 10_000) {
        last.shown = performance.now()
        const { executions, coverage, corpus, perSecond, cpuSeconds } = now
        console.log(
          `#${executions} blocks: ${coverage} corpus: ${corpus} exec/s: ${perSecond} cpu: ${Math.round(cpuSeconds)} s`,
        )
      }
      if (file === undefined && now.cpuSeconds >= seconds) end(undefined)
      return undefined
    }, 200)
  })
}

function kept(target, bytes) {
  const folder = join(here, 'artifacts', target)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `crash-${createHash('sha1').update(bytes).digest('hex')}`)
  writeFileSync(path, bytes)
  return `${relative(process.cwd(), path)} (keep it in tests/fuzz/regressions/${target}/)`
}
