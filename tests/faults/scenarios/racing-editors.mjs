// Editors in several processes save different processes of one key at once, and now and then one is killed (U32).
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const CACHE_KEY = 'orders'
const WORKLOAD = 'small'

export const racingEditors = {
  name: 'racing-editors',
  share: 2,
  async round({ folder, random, count, round }) {
    const workflow = new VersionedWorkflow(WORKLOAD, round)
    const store = createFilesystemStore({ root: folder })
    await cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(0))
    const editors = random.between(2, 4)
    const saves = new Map(workflow.ids.map((id) => [id, { saved: 0, saving: 0 }]))
    const start = (editor, from) =>
      startActor(
        'editor',
        {
          root: folder,
          cacheKey: CACHE_KEY,
          workload: WORKLOAD,
          seed: round,
          editorSeed: random.below(1e9),
          processIds: workflow.ids.filter((_, index) => index % editors === editor),
          from,
        },
        ({ type, id, marker, conflicts }) => {
          if (type !== 'saving' && type !== 'saved') return
          saves.get(id)[type] = marker
          if (type !== 'saved') return
          count('saves')
          count('saves begun anew', conflicts)
        },
      )
    const running = Array.from({ length: editors }, (_, editor) => start(editor, 1))
    await Promise.all(running.map(({ ready }) => ready))
    await pause(1500)
    if (round % 2 === 1) {
      const victim = random.below(editors)
      running[victim].kill()
      const { failure } = await running[victim].ended
      if (failure !== undefined) throw new Error(failure)
      count('kills')
      const latest = Math.max(...[...saves.values()].map(({ saving }) => saving))
      running[victim] = start(victim, latest + 1)
      await running[victim].ready
    }
    await pause(1500)
    for (const { failure } of await Promise.all(running.map((editor) => editor.stop())))
      if (failure !== undefined) throw new Error(failure)
    for (const [id, { saved, saving }] of saves) {
      const { specs } = await readElementUnit(store, CACHE_KEY, { processId: id })
      count('reads')
      // Of a killed editor the save that was under way may be there or not.
      const markers = [saved, saving]
      if (saved === 0 && saving === 0) markers.push(initialMarker(workflow, id))
      if (markers.some((marker) => specs[id].text === workflow.editedProcess(id, marker))) continue
      throw new Error(`the save of ${id} with marker ${saved} is lost: ${specs[id].text.slice(0, 40)}`)
    }
    await verifyClean(store, 1)
  },
}

function initialMarker(workflow, id) {
  return JSON.parse(workflow.processText(id, 0)).marker
}
