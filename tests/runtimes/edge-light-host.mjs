// The acceptance program as an edge function. The Edge runtime's VM runs scripts, so it is hung on the global object.
import { acceptance } from './acceptance.mjs'

globalThis.acceptance = acceptance
