// Runs the acceptance program in a page, and in workers of the page; whoever drives the browser calls these.
import { readElementUnit, unitJson } from 'unitflow'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { acceptance } from './acceptance.mjs'

const specs = fetch('/specs.json').then((response) => response.text())

globalThis.runInPage = async () => acceptance(await specs)

globalThis.runInWorker = async () => {
  const worker = new Worker('/worker.js', { type: 'module' })
  const answer = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
  })
  worker.postMessage(await specs)
  return answer
}

globalThis.runInServiceWorker = async (work) => {
  await globalThis.navigator.serviceWorker.register('/service-worker.js', { type: 'module' })
  const { active } = await globalThis.navigator.serviceWorker.ready
  const { port1, port2 } = new globalThis.MessageChannel()
  const answer = new Promise((resolve, reject) => {
    port1.onmessage = ({ data }) =>
      data.error === undefined ? resolve(data.result) : reject(new Error(data.error))
  })
  active.postMessage({ work, specs: await specs }, [port2])
  return answer
}

globalThis.readOfServiceWorker = async () => {
  const store = createIndexedDbStore({ name: 'of-the-service-worker' })
  return unitJson(await readElementUnit(store, 'orders', { processId: 'Order' }))
}
