export interface Size {
  readonly name: string
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
  readonly budget?: number
}
export function sizesOfEntries(root: string): Promise<readonly Size[]>
export function printSizes(root: string): Promise<boolean>
