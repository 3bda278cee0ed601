// The thread that fuzzes: makes inputs, runs the check, keeps what has shown something new. It may hang or run out of
// memory: whoever started it sees its counter stand still, and the input in the memory that both share.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { COUNTERS, MOST_BLOCKS } from './counted-blocks.mjs'
import { mutated, randomOf } from './mutations.mjs'

/** Places in the shared counts. */
const EXECUTIONS = 0
const COVERED = 1
const CORPUS = 2
const LENGTH = 3

const { bundle, target, folders, corpusFolder, longest, seed, shared, input } = workerData
const { counts, current } = shared
const blocks = new Uint8Array(MOST_BLOCKS)
globalThis[COUNTERS] = blocks
const pristine = prototypeMembers()
const { targets } = await import(bundle)
const check = targets[target]
const random = randomOf(seed)

async function replay(bytes) {
  const failure = await failureOf(bytes)
  parentPort.postMessage(failure === undefined ? { type: 'passed' } : { type: 'failed', failure, bytes })
}

async function fuzz() {
  const corpus = []
  /** Per block the numbers of times that some input has run it, as bits. */
  const known = new Uint8Array(MOST_BLOCKS)
  const tally = {}
  const first = [new Uint8Array(), ...folders.flatMap(inputsOf), ...drawnInputs(100)]
  for (let at = 0; ; at++) {
    const picked = corpus[Math.floor(corpus.length * Math.sqrt(random()))] ?? new Uint8Array()
    const other = corpus[Math.floor(corpus.length * random())] ?? picked
    const bytes = first[at] ?? mutated(picked, other, longest, random)
    const failure = await failureOf(bytes, tally)
    if (failure !== undefined) {
      const smallest = await minimised(bytes, failure)
      parentPort.postMessage({ type: 'failed', ...smallest })
      return
    }
    const found = newBlocks(known)
    if (found === 0 && at > 0) continue
    corpus.push(bytes)
    if (at >= first.length) keep(bytes)
    Atomics.store(counts, COVERED, covered(known))
    Atomics.store(counts, CORPUS, corpus.length)
    parentPort.postMessage({ type: 'tally', tally: { ...tally } })
  }
}

async function failureOf(bytes, tally) {
  current.set(bytes)
  Atomics.store(counts, LENGTH, bytes.length)
  Atomics.add(counts, EXECUTIONS, 1)
  blocks.fill(0)
  try {
    const seen = await check(bytes)
    if (tally !== undefined)
      for (const [what, count] of Object.entries(seen)) tally[what] = (tally[what] ?? 0) + count
  } catch (error) {
    return { message: messageOf(error), stack: error instanceof Error ? (error.stack ?? '') : '' }
  }
  const members = prototypeMembers()
  if (members === pristine) return undefined
  return { message: 'a prototype was changed', stack: `${members}\nwas\n${pristine}` }
}

/** What can be told of an error though anything may have been thrown. */
function messageOf(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${typeof error}`
}

/** What every object inherits: an input that adds to it, or takes away, reaches all others. */
function prototypeMembers() {
  return [Object, Array, Function, String, Number, Promise, Map, Set, Error, Uint8Array]
    .map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join())
    .join('\n')
}

/** How many blocks ran more often than ever, or for the first time. Once, twice and more often are told apart. */
function newBlocks(known) {
  let found = 0
  for (let at = 0; at < MOST_BLOCKS; at++) {
    const times = blocks[at]
    if (times === 0) continue
    const bit = times < 4 ? times : times < 8 ? 4 : times < 32 ? 8 : times < 128 ? 16 : 32
    if ((known[at] & bit) === bit) continue
    known[at] |= bit
    found++
  }
  return found
}

function covered(known) {
  return known.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0)
}

/** Leaves out what is not needed for the same failure, for a while. */
async function minimised(bytes, failure) {
  let smallest = { bytes, failure }
  const until = Date.now() + 60_000
  for (let size = bytes.length >> 1; size > 0 && Date.now() < until; size >>= 1) {
    for (let at = 0; at < smallest.bytes.length && Date.now() < until;) {
      const less = Uint8Array.from([...smallest.bytes.subarray(0, at), ...smallest.bytes.subarray(at + size)])
      const again = await failureOf(less)
      if (again !== undefined && placeOf(again) === placeOf(failure))
        smallest = { bytes: less, failure: again }
      else at += size
    }
  }
  return smallest
}

/** The line that threw. */
function placeOf({ stack }) {
  return stack.split('\n').find((line) => line.includes('bundle.mjs'))
}

function keep(bytes) {
  const name = createHash('sha1').update(bytes).digest('hex')
  writeFileSync(join(corpusFolder, name), bytes)
}

function inputsOf(folder) {
  return readdirSync(folder).map((name) => Uint8Array.from(readFileSync(join(folder, name))))
}

function drawnInputs(count) {
  return Array.from({ length: count }, (_, at) =>
    Uint8Array.from({ length: 10 + at * 4 }, () => Math.floor(random() * 256)),
  )
}

if (input === undefined) await fuzz()
else await replay(input)
