// One start in a dedicated worker of Chromium. The files are fetched before, so that the download does not count.
import { timeFirstUnit } from './first-unit.mjs'

const file = '/unitflow.js'
const specs = await (await fetch('/specs.json')).text()
await (await fetch(file)).text()
globalThis.postMessage(await timeFirstUnit(() => import(file), specs))
