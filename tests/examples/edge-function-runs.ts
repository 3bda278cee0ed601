import type { CompletedUnitElement, UnitTask } from 'unitflow/deciders/units'
import type { ActiveElement, CacheReport } from 'unitflow'
import { expect } from 'vitest'
import type { Asked, EdgeFunction } from './edge-function-worker.js'

/** What `GET /runs/:id` answers. */
export interface ShownRun {
  readonly id: string
  readonly workflow: string
  readonly process: string
  readonly status: string
  readonly result?: unknown
  readonly active: readonly ActiveElement[]
  readonly completed: readonly CompletedUnitElement[]
  readonly tasks: readonly (UnitTask & { readonly token: string })[]
  readonly trouble: readonly { readonly code: string; readonly message: string }[]
}

export const POLL: { readonly timeout: number; readonly interval: number } = { timeout: 60_000, interval: 50 }

/** Talks to the runs of the worker of a test file. */
export class EdgeRuns {
  readonly #edge: EdgeFunction

  constructor(edge: EdgeFunction) {
    this.#edge = edge
  }

  post(path: string, body: unknown, asked: Asked = {}): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return this.#edge.ask(`/runs${path}`, { method: 'POST', body: text, ...asked })
  }

  async start(run: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await this.post('', run)
    expect(response.status, await response.clone().text()).toBe(202)
    const { id } = (await response.json()) as { readonly id: string }
    expect(response.headers.get('location')).toBe(`/runs/${id}`)
    return id
  }

  async show(id: string): Promise<ShownRun> {
    const response = await this.#edge.ask(`/runs/${id}`, { token: 'acme-read' })
    expect(response.status, await response.clone().text()).toBe(200)
    return (await response.json()) as ShownRun
  }

  /** The token of a task, once it waits. */
  async task(id: string, element: string): Promise<string> {
    const waiting = async (): Promise<readonly string[]> =>
      (await this.show(id)).tasks.map((task) => task.element)
    await expect.poll(waiting, POLL).toContain(element)
    return (await this.show(id)).tasks.find((task) => task.element === element)!.token
  }

  async answer(id: string, element: string, changes: unknown = {}): Promise<void> {
    const token = await this.task(id, element)
    const response = await this.post(`/${id}/tasks/${encodeURIComponent(token)}`, changes)
    expect(response.status, await response.clone().text()).toBe(202)
  }

  async ends(id: string): Promise<ShownRun> {
    await expect.poll(async () => (await this.show(id)).status, POLL).not.toBe('open')
    return this.show(id)
  }

  /** Throws the object of a run out of memory. */
  async evict(id: string): Promise<void> {
    await this.#edge.ask('/', { headers: { 'test-abort': `acme/${id}` } })
  }

  /** The units that the object of a run has read since it is in memory; a root and what is held of it are none. */
  async read(id: string, { processes }: CacheReport): Promise<readonly string[]> {
    const response = await this.#edge.ask(`/runs/${id}`)
    const keys = JSON.parse(response.headers.get('test-read') ?? '') as string[]
    const owners = processes.filter(({ storedWith }) => storedWith === undefined)
    const units = new Map(owners.map(({ id, hash }) => [`tenant-acme/v2/objects/${hash.slice(0, 40)}`, id]))
    return [...new Set(keys.flatMap((key) => units.get(key) ?? []))]
  }
}
