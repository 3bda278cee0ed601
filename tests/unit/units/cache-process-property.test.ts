import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  decompose,
  readManifest,
  removeProcess,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { randomWorkflow } from '../../fixtures/units/random-workflow.js'
import { processSpec, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { contentOf } from './stores-under-test.js'

/** What a cache key leads to: the root's manifest, and every object and part that it needs. */
async function reached(store: CacheStore, needed: Iterable<string>): Promise<unknown> {
  const [root] = [...(await contentOf(store, 'v2/roots')).values()]
  const keys = [...needed]
  const values = await store.getMany(keys)
  return [new TextDecoder().decode(root).split('\n')[1], ...keys.map((key, index) => [key, values[index]])]
}

const edit = fc.record({
  which: fc.nat(),
  other: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'add', 'remove'),
  mark: fc.nat(99),
})

test('U32 any row of saves and removals gives the bytes that caching the whole edited workflow gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomWorkflow,
      randomWorkflow,
      fc.array(edit, { minLength: 1, maxLength: 5 }),
      async (workflow, donor, edits) => {
        const { rest, dialect } = workflow
        const text = (processes: readonly ProcessSketch[]): string => workflowJson(processes, rest, dialect)
        const store = createMemoryStore()
        let processes: readonly ProcessSketch[] = workflow.processes
        await cacheElementUnitsForWorkflow(store, 'k', text(processes))
        const top = processes[0]!.id
        for (const { which, other, how, mark } of edits) {
          // A process, and the others that are stored in its object and may go with it: all but the object's owner.
          const family = (id: string): readonly string[] => {
            const { objects } = decompose(text(processes)).manifest
            const [, ...others] = objects.find((object) => object.processes.includes(id))?.processes ?? []
            return [id, ...others.filter((other) => other !== id)]
          }
          const isOwner = (id: string): boolean =>
            decompose(text(processes)).manifest.objects.some(({ processes: [owner] }) => owner === id)
          const target = processes[which % processes.length]!
          const source = donor.processes[other % donor.processes.length]!
          if (how === 'remove') {
            const owned = family(target.id)
            // What goes with a process that is embedded itself has a test of its own.
            if (target.id === top || owned.includes(top) || !isOwner(target.id)) continue
            await removeProcess(store, 'k', target.id)
            processes = processes.filter(({ id }) => !owned.includes(id))
          } else {
            const id = how === 'add' ? source.id : target.id
            const owned = family(id)
            if (id !== top && owned.includes(top)) continue
            const replacement: ProcessSketch = { ...source, id, fields: { ...source.fields, mark } }
            // All that goes with the old one comes again with the new one.
            const brought = processes.filter((process) => owned.includes(process.id) && process.id !== id)
            const specs = brought.map((process) => [process.id, processSpec(process, dialect)] as const)
            const spec = processSpec(replacement, dialect)
            const bare = brought.length === 0 && mark % 2 === 0
            await cacheProcess(
              store,
              'k',
              JSON.stringify(bare ? spec : { spec, subprocess_specs: Object.fromEntries(specs) }),
            )
            const isThere = processes.some((process) => process.id === id)
            processes = isThere
              ? processes.map((process) => (process.id === id ? replacement : process))
              : [...processes, replacement]
          }
          const whole = createMemoryStore()
          await cacheElementUnitsForWorkflow(whole, 'k', text(processes))
          const needed = [...(await contentOf(whole, 'v2/objects')).keys()].sort()
          expect(await reached(store, needed)).toEqual(await reached(whole, needed))
          expect(await readManifest(store, 'k')).toEqual(await readManifest(whole, 'k'))
        }
      },
    ),
    { numRuns: 120 },
  )
})
