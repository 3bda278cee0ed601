import { defineActivity } from '../../../../../ts/deciders/definitions/index.js'
import type { ActivityContext } from '../../../../../ts/deciders/definitions/index.js'
import type { UnitBindings, UnitData, UnitTask } from '../../../../../ts/deciders/units/index.js'
import type { SeededRandom } from '../../../../../ts/testing/record-store/seeded-random.js'
import type { Block, Part, Step } from './blocks.js'
import { allBlocks, itemsOf, loopNames } from './blocks.js'
import { resultFor, valueOf } from './oracle.js'

type Task = UnitTask
type Given = Readonly<Record<string, unknown>>

/** The steps of blocks, by their ids. */
export function stepsOf(top: Part): ReadonlyMap<string, Step> {
  const steps = new Map<string, Step>()
  for (const block of allBlocks(top)) if (block.type === 'step') steps.set(block.id, block)
  return steps
}

/** What a step sets. */
export function given(step: Step, data: UnitData): Given {
  const { id, does, of } = step
  if (does === 'remove') return of === undefined ? {} : { [of]: undefined }
  return { [`v_${id}`]: valueOf(step, data), ...(of === id && resultFor(id, data)) }
}

/** Binds what needs a function, in any of the ways there are. */
export function bindBlocks(top: Part, random: SeededRandom): UnitBindings {
  const steps = stepsOf(top)
  const act = defineActivity(
    'act',
    { startToClose: '1m', retry: { attempts: 10 } },
    async ({ element, data }: Task, { attempt }: ActivityContext): Promise<unknown> => {
      const step = steps.get(element)
      if (step === undefined) throw new Error(`no step ${element}`)
      if (step.does === 'flaky' && attempt === 1) throw new Error('it fails at times')
      return step.does === 'service' ? valueOf(step, data) : given(step, data)
    },
  )
  const fail = defineActivity(
    'fail',
    { retry: { attempts: 2 } },
    async ({ element }: Task): Promise<never> => {
      throw new Error(steps.get(element)?.of)
    },
  )
  const bindings: Record<string, UnitBindings[string]> = { 'do/it': act }
  const bind = (process: string, element: string, bound: UnitBindings[string]): void => {
    bindings[random.below(2) === 0 ? element : `${process}/${element}`] = bound
  }
  const inProcess = (process: string, block: Block): void => {
    switch (block.type) {
      case 'step': {
        const { does, id, of } = block
        if (does === 'function' || does === 'remove')
          bind(process, id, (task: Task) => given(block, task.data))
        if (does === 'activity' || does === 'flaky') bind(process, id, act)
        if (does === 'failing-activity') bind(process, id, fail)
        if (does === 'failing-function') {
          bind(process, id, () => {
            throw new Error(of)
          })
        }
        return
      }
      case 'sequence':
        for (const one of block.blocks) inProcess(process, one)
        return
      case 'branches':
        for (const one of block.branches) inProcess(process, one)
        return
      case 'back': {
        const name = `c_${block.id}`
        bind(process, `${block.id}_init`, () => ({ [name]: 0 }))
        bind(process, `${block.id}_count`, ({ data }: Task) => ({ [name]: Number(data[name]) + 1 }))
        inProcess(process, block.body)
        return
      }
      case 'part': {
        const { resultOf } = block
        if (resultOf !== undefined)
          bind(block.process, `${block.process}_result`, ({ data }: Task) => resultFor(resultOf, data))
        inProcess(block.process, block.body)
        return
      }
      case 'turns': {
        const { list, results } = loopNames(block.host.id)
        const items = Object.fromEntries(itemsOf(block))
        const of = { list: Object.values(items), object: items, number: undefined }[block.over]
        bind(process, `${block.host.id}_items`, () => ({ [list]: of, [results]: undefined }))
        inProcess(process, block.host)
        return
      }
      case 'guarded':
        inProcess(process, block.host)
        inProcess(process, block.branch)
        return
      case 'first-event':
        for (const { then } of block.events) inProcess(process, then)
    }
  }
  inProcess('', top)
  return bindings
}
