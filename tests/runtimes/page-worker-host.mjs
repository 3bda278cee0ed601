// The acceptance program in a worker of a page.
import { acceptance } from './acceptance.mjs'

globalThis.onmessage = async ({ data }) => globalThis.postMessage(await acceptance(data))
