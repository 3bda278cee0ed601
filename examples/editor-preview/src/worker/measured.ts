import type { StepContext } from 'unitflow/steps'

/** How long (ms) each step took when it ran last. */
const TOOK = new Map<string, number>()

/** A model's function, with its time taken: most take less than the millisecond that reports count in. */
export function measured<Inputs, Outputs>(
  run: (inputs: Inputs) => Outputs,
): (inputs: Inputs, step: StepContext) => Outputs {
  return (inputs, { step }) => {
    const began = performance.now()
    try {
      return run(inputs)
    } finally {
      TOOK.set(step, performance.now() - began)
    }
  }
}

/** @returns 0 where it has never run */
export function lastTook(step: string): number {
  return TOOK.get(step) ?? 0
}
