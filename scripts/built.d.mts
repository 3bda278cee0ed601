export function rememberSources(root: string): void
export function isBuilt(root: string): boolean
