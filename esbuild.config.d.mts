export * from './scripts/entries.mjs'
export function buildAll(): Promise<void>
