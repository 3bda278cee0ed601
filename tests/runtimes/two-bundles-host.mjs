// One of two bundles on one page, each with a core of its own.
import { decompose, isUnitflowError, UnitflowError } from 'unitflow'

const bundles = (globalThis.bundles ??= [])
bundles.push({ decompose, isUnitflowError, UnitflowError })
