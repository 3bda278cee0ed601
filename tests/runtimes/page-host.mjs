// Runs the acceptance program in a page, and in a worker of the page; whoever drives the browser calls these.
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
