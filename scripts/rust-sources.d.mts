export function digestOfRustSources(root: string): string
