import { compareManifests } from 'unitflow'
import type { Calls, Comparison } from '../protocol.js'
import { readOldManifest } from './catalogue.js'

export async function compare({ before, after }: Calls['compare']['params']): Promise<Comparison> {
  const [a, b] = await Promise.all([
    readOldManifest(before.id, before.version),
    readOldManifest(after.id, after.version),
  ])
  const diff = compareManifests(a, b)
  const unchanged = b.processes.length - diff.added.length - diff.affected.length
  return { ...diff, unchanged }
}
