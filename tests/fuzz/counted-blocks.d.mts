import type { Plugin } from 'esbuild'

export declare const COUNTERS: string
export declare const MOST_BLOCKS: number
export declare function countedBlocks(filter: RegExp): Plugin
export declare function counted(source: string, path: string, blocks: { count: number }): string
