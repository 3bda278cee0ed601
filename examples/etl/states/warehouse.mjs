import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { createRecordState } from 'unitflow/steps'
import { createLargeValues } from 'unitflow/steps/caches'
import { createFilesystemStore } from 'unitflow/stores/filesystem'

/**
 * Named state in a folder: all of it in etl.db, but for values of more than 64 KiB, which are files in values/, by their
 * content.
 *
 * @param {string} folder
 */
export function openWarehouse(folder) {
  mkdirSync(folder, { recursive: true })
  const records = createSqliteRecords({ path: join(folder, 'etl.db') })
  const large = createLargeValues({ store: createFilesystemStore({ root: join(folder, 'values') }) })
  const state = createRecordState({ records, name: 'warehouse', mutable: true, large })
  return {
    state,
    async close() {
      await records.close()
    },
  }
}

/**
 * Puts what is in the input files into the state. Steps know of files what is in them, and nothing else: neither when they
 * were written nor where they are. Setting a value that is there already changes nothing.
 *
 * @param {import('unitflow/steps').State} state
 * @param {string} input the folder of the files
 */
export async function takeIn(state, input) {
  const [orders, prices] = await Promise.all([
    readFile(join(input, 'orders.csv'), 'utf8'),
    readFile(join(input, 'prices.json'), 'utf8'),
  ])
  await state.setMany({ 'orders.text': orders, prices: parsed('prices.json', prices) })
}

/**
 * @param {string} name
 * @param {string} text
 */
function parsed(name, text) {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error })
  }
}
