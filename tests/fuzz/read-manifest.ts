import { deepStrictEqual, ok } from 'node:assert'
import {
  cacheElementUnitsForWorkflow,
  compareManifests,
  createMemoryStore,
  describeProcess,
  isUnitflowError,
  listWorkflows,
  mergeUnits,
  readElementUnit,
  readManifest,
  specsToLoad,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore, ElementUnit, Manifest, UnitRequest } from 'unitflow'
import { ReferenceWorkflow } from '../unit/units/reference-unit.js'
import { drawWorkflow } from './drawn-workflow.js'
import type { DrawnWorkflow } from './drawn-workflow.js'
import { contentOf, damage, forge } from './forged-store.js'
import type { Content } from './forged-store.js'
import { assertListed, assertManifest, assertUnit } from './plain-results.js'
import { Tape } from './tape.js'

/** What became of the questions that were asked of an altered store. */
export interface Tally {
  right: number
  refused: number
  other: number
}

/** What a store that is not as it was written may answer with. */
const REFUSALS = [
  'root-damaged',
  'newer-format',
  'object-missing',
  'object-damaged',
  'unknown-cache-key',
] as const
/**
 * Somebody who may write to it may also say that there is no such thing, and that an object is named by nothing at all, for
 * which no store has a key.
 */
const FORGED_REFUSALS = [...REFUSALS, 'unknown-process', 'unknown-element', 'bad-key'] as const

const KEY = 'k'

interface Question {
  readonly request: UnitRequest
  /** As the slow reference says, which reads the workflow and no cache. */
  readonly expected: unknown
}

/**
 * Reads a cached workflow, first as it was written: every answer is what the slow reference says. Then after accidents
 * and forgeries: every answer is the same, or a typed error, and of a forged store anything that is of the right shape.
 */
export async function checkReadManifest(data: Uint8Array): Promise<Tally> {
  const tape = new Tape(data)
  const alterations = tape.below(4)
  const isForged = tape.once(2)
  const isWarm = tape.once(3)
  const workflow = drawWorkflow(tape)
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, KEY, workflow.text)
  const questions = drawQuestions(tape, workflow)
  const right = await answers(store, questions)
  questions.forEach(({ request, expected }, at) => {
    deepStrictEqual(shapeOf(right[at]), expected, JSON.stringify(request))
  })
  const content: Content = await contentOf(store)
  const before = new Map(content)
  for (let n = 0; n < alterations; n++) {
    if (isForged) forge(tape, content)
    else damage(tape, content)
  }
  const altered = isWarm
    ? await replaced(store, before, content)
    : await replaced(createMemoryStore(), before, content)
  const found = await answers(altered, questions)
  const tally: Tally = { right: 0, refused: 0, other: 0 }
  found.forEach((answer, at) => {
    if (isSame(answer, right[at])) tally.right++
    else if (isUnitflowError(answer)) {
      tally.refused++
      ok(
        (isForged ? FORGED_REFUSALS : REFUSALS).some((code) => code === answer.code),
        answer,
      )
    } else {
      tally.other++
      // A list of workflows without the one that was lost is right.
      ok(isForged || isGone(content), `an accident changed an answer: ${JSON.stringify(answer)}`)
    }
  })
  const { findings } = await verifyStore(altered)
  if (!isForged && tally.refused > 0 && !isGone(content)) ok(findings.length > 0, 'verifyStore found nothing')
  return tally
}

function isGone(content: Content): boolean {
  return ![...content.keys()].some((key) => key.startsWith('v2/roots/'))
}

function drawQuestions(tape: Tape, { text, ids, elements }: DrawnWorkflow): Question[] {
  const reference = new ReferenceWorkflow(text)
  const known = [...ids, ...elements, 'no such element']
  return tape
    .several(3, (): UnitRequest => {
      const processId = tape.once(8) ? 'no such process' : (tape.oneOf(ids) ?? '')
      const active = tape.several(2, () => {
        const elementId = tape.oneOf(known) ?? ''
        return tape.once(4) ? { processId: tape.oneOf(ids) ?? '', elementId } : elementId
      })
      return { processId, elements: active }
    })
    .map((request) => {
      const unit = reference.processes.has(request.processId)
        ? (reference.unit(request.processId, request.elements) ?? 'unknown-element')
        : 'unknown-process'
      return { request, expected: unit }
    })
}

/** What a reader is told: units first, in the order of the questions, then what is known of all. */
async function answers(store: CacheStore, questions: readonly Question[]): Promise<unknown[]> {
  const found: unknown[] = []
  for (const { request } of questions) found.push(await answer(() => readUnit(store, request)))
  const manifest = await answer(() => readManifest(store, KEY))
  if (isManifest(manifest)) {
    assertManifest(manifest)
    compareManifests(manifest, manifest)
  }
  found.push(
    manifest,
    await answer(async () => {
      const workflows = await listWorkflows(store)
      workflows.forEach(assertListed)
      return workflows
    }),
  )
  for (const { request } of questions) {
    const [element] = request.elements ?? []
    const elementId = typeof element === 'string' ? element : request.processId
    found.push(await answer(() => workflowFromCachedElementUnit(store, KEY, request.processId, elementId)))
  }
  return found
}

async function readUnit(store: CacheStore, request: UnitRequest): Promise<ElementUnit> {
  const unit = await readElementUnit(store, KEY, request)
  assertUnit(unit, request.processId)
  unitJson(unit)
  deepStrictEqual(mergeUnits(unit).included, unit.included)
  specsToLoad({ tasks: {}, subprocesses: {} }, unit)
  for (const id of unit.included) await answer(async () => describeProcess(unit, id))
  return unit
}

async function answer(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    if (isUnitflowError(error)) return error
    throw error
  }
}

function isManifest(answered: unknown): answered is Manifest {
  return !isUnitflowError(answered)
}

function isSame(a: unknown, b: unknown): boolean {
  if (isUnitflowError(a) || isUnitflowError(b))
    return a instanceof Error && b instanceof Error && a.message === b.message
  return JSON.stringify(a) === JSON.stringify(b)
}

/** A unit as the slow reference tells it, or the code of an error. */
function shapeOf(answered: unknown): unknown {
  if (isUnitflowError(answered)) return answered.code
  const { included, lazy, missing, reentered } = answered as ElementUnit
  return { included: [...included].sort(), lazy: [...lazy].sort(), missing: [...missing].sort(), reentered }
}

/** A store with other content: a new one, or one that has been read before. */
async function replaced(store: CacheStore, before: Content, content: Content): Promise<CacheStore> {
  for (const key of before.keys()) if (!content.has(key)) await store.delete(key)
  await store.setMany([...content])
  return store
}
