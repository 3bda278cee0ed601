import type { UnitData } from 'unitflow/deciders/units'
import { limitedBody } from './limited-body.js'
import { Problem } from './problem.js'
import { assertQuery } from './request-parts.js'
import type { Call } from './routes.js'
import type { RunStart } from './run.js'

/** The namespace of the {@link Run} objects: for each tenant and run, there is one in the world. */
export interface RunNamespace {
  idFromName(name: string): unknown
  get(id: unknown): { fetch(url: string, init?: RequestInit): Promise<Response> }
}

const RUN_ID = /^[\w.-]{1,100}$/

/**
 * Starts a process: `{ workflow, process, data?, id? }`, `workflow` being the cache key. Under an id that there is, it is the
 * same run. What follows from it, its object does soon after.
 */
export async function postRun(call: Call): Promise<Response> {
  assertQuery(call.query, [])
  const { workflow, process, data = {}, id = crypto.randomUUID() } = await variablesIn(call.request)
  if (typeof workflow !== 'string' || typeof process !== 'string' || !isVariables(data)) {
    throw new Problem(
      400,
      'bad-run',
      'expected workflow and process as texts, and data as an object of variables',
    )
  }
  if (typeof id !== 'string' || !RUN_ID.test(id)) {
    throw new Problem(400, 'bad-run', 'id: expected 1 to 100 letters, digits, dots, dashes or underscores')
  }
  const start: RunStart = { id, tenant: call.tenant.name, workflow, process, data }
  const response = await askRun(call, id, 'start', start)
  return response.ok ? Response.json({ id }, { status: 202, headers: { location: `/runs/${id}` } }) : response
}

/** Where a run is, what it has completed, which tasks wait for a person, and what it has come to. */
export function getRun(call: Call, id: string): Promise<Response> {
  assertQuery(call.query, [])
  return askRun(call, id, '')
}

/** Completes a task that waits for a person: the body is the variables that it sets. */
export async function postTask(call: Call, id: string, token: string): Promise<Response> {
  assertQuery(call.query, [])
  return askRun(call, id, `tasks/${encodeURIComponent(token)}`, await variablesIn(call.request))
}

async function askRun({ runs, tenant }: Call, id: string, path: string, body?: unknown): Promise<Response> {
  if (!RUN_ID.test(id)) throw new Problem(404, 'no-such-run', 'there is no run of this id')
  const object = runs.get(runs.idFromName(`${tenant.name}/${id}`))
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await object.fetch(`https://run/${path}`, init)
  // A copy, whose headers can be written.
  return new Response(response.body, response)
}

/** @throws {@link Problem} 400 for what is no JSON object */
async function variablesIn(request: Request): Promise<UnitData> {
  const body = new TextDecoder().decode(await limitedBody(request))
  try {
    const value: unknown = JSON.parse(body)
    if (isVariables(value)) return value
  } catch {
    // Told below.
  }
  throw new Problem(400, 'bad-body', 'expected a JSON object')
}

function isVariables(value: unknown): value is UnitData {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
