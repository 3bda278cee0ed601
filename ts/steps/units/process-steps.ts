import { isTypeOnly, validate } from '../../schema/index.js'
import { sha256Hex } from '../../sha256/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import { wtf8 } from '../../units/keys.js'
import type { ManifestProcess } from '../../units/reading.js'
import { readManifest } from '../../units/reading.js'
import { createStepWorkflow, defineStep } from '../definitions/index.js'
import type { AnyModel, AnyStep, AnyStepWorkflow, StepCacheOptions } from '../definitions/index.js'
import type { CachePolicy } from '../definitions/index.js'
import type { ProcessDependence } from './cached-process.js'
import { ProcessSource } from './process-source.js'

/** Digits of the hashes that stand for ids, which may be anything, in names, which may not. */
const DIGITS = 40
/** So long may the name of a state be. */
const MAX_NAME = 100

/** What is done for each process. */
export interface PerProcessDefinition {
  readonly model: AnyModel
  readonly depends: ProcessDependence
  readonly cache: CachePolicy | Pick<StepCacheOptions, 'policy' | 'ttl'>
}

/** The steps for one version of a workflow. */
export interface ProcessSteps {
  readonly cacheKey: string
  readonly version: string
  readonly workflow: AnyStepWorkflow
  /** How all names of its steps and their states begin. */
  readonly prefix: string
  /** The process that a step is for. */
  readonly processOf: (step: string) => string
  /** The step of a process. */
  readonly stepOf: (processId: string) => string
  /** The outputs of the model, and the state names of a step for them. */
  readonly fieldsOf: (step: string) => readonly (readonly [field: string, state: string])[]
}

/**
 * A step for each process of a version. What a process is known by is a part of its step, so a step whose process is another
 * now is another step, and there is no state that would have to be set before.
 *
 * @throws (by rejecting) what `readManifest` throws
 */
export async function stepsOfProcesses(
  { model, depends, cache }: PerProcessDefinition,
  store: CacheStore,
  cacheKey: string,
  version: string | undefined,
): Promise<ProcessSteps> {
  const manifest = await readManifest(store, cacheKey, version === undefined ? {} : { version })
  const source = new ProcessSource(store, manifest, depends)
  // JSON spells surrogates that stand alone.
  const prefix = `${sha256Hex(wtf8(JSON.stringify([model.name, cacheKey]))).slice(0, 16)}.`
  const outputs = Object.keys(model.outputs)
  const stepOf = (processId: string): string => `${prefix}${sha256Hex(wtf8(processId)).slice(0, DIGITS)}`
  const fieldsOf = (step: string): readonly (readonly [string, string])[] =>
    outputs.map((field) => [field, stateName(step, field)] as const)
  const ids = new Map<string, string>()
  const steps = manifest.processes.map((process): AnyStep => {
    const name = stepOf(process.id)
    ids.set(name, process.id)
    return defineStep({
      name,
      model: modelFor(model, `${depends} ${source.hashOf(process)}`, source, process),
      outputs: Object.fromEntries(fieldsOf(name)),
      cache,
    })
  })
  return {
    cacheKey,
    version: manifest.version,
    workflow: createStepWorkflow(steps, { name: model.name }),
    prefix,
    processOf: (step) => ids.get(step) ?? step,
    stepOf,
    fieldsOf,
  }
}

function stateName(step: string, field: string): string {
  const name = `${step}.${field}`
  return name.length <= MAX_NAME ? name : `${step}.${sha256Hex(wtf8(field)).slice(0, DIGITS)}`
}

/** The model as it is of one process: without inputs, and another whenever the process is. */
function modelFor(model: AnyModel, key: string, source: ProcessSource, process: ManifestProcess): AnyModel {
  const schema = model.inputs['process']
  return Object.freeze({
    ...model,
    version: `${model.version} ${key}`,
    inputs: Object.freeze({}),
    run: async (_: unknown, step: Parameters<AnyModel['run']>[1]) => {
      const read = await source.read(process)
      step.signal.throwIfAborted()
      const isChecked = schema !== undefined && !isTypeOnly(schema)
      const subject = `process ${JSON.stringify(process.id.slice(0, MAX_NAME))}: input 'process'`
      return model.run({ process: isChecked ? await validate(schema, read, subject) : read }, step)
    },
  })
}
