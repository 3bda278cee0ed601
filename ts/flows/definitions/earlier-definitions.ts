import type { AnyFlow } from './flow.js'

/** Whether these are flows of this name. */
export function areDefinitionsOf(name: string, flows: unknown): boolean {
  return (
    Array.isArray(flows) &&
    flows.every(
      (flow: unknown) =>
        typeof flow === 'object' &&
        flow !== null &&
        'type' in flow &&
        flow.type === 'flow' &&
        'name' in flow &&
        flow.name === name,
    )
  )
}

/** Each definition once, with those that they bring themselves; all run under the limits of the one of now. */
export function earlierOf(now: AnyFlow, earlier: readonly AnyFlow[]): readonly AnyFlow[] {
  const found = new Map<string, AnyFlow>()
  for (const flow of earlier.flatMap(definitionsOf)) {
    const { type, name, version, tasks, fingerprint, source } = flow
    if (fingerprint === now.fingerprint || found.has(fingerprint)) continue
    const plain = { type, name, version, tasks, fingerprint, limits: now.limits }
    found.set(fingerprint, Object.freeze({ ...plain, ...(source !== undefined && { source }) }))
  }
  return Object.freeze([...found.values()])
}

/** The definition under which an execution of this fingerprint goes on: an earlier one, or else the one of now. */
export function definitionOf(flow: AnyFlow, fingerprint: string): AnyFlow {
  return flow.earlier?.find((earlier) => earlier.fingerprint === fingerprint) ?? flow
}

/** All definitions that executions of a flow go on under, the one of now first. */
export function definitionsOf(flow: AnyFlow): readonly AnyFlow[] {
  return [flow, ...(flow.earlier ?? [])]
}
