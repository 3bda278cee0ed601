// The package's own types leave out the file extensions that Node's resolution asks for, so they come out as errors.
// These are the parts that are used here.
declare module '@dagrejs/dagre' {
  export interface GraphLabel {
    readonly rankdir: 'LR'
    /** Pixels between units of one column. */
    readonly nodesep: number
    /** Pixels between edges of one column. */
    readonly edgesep: number
    /** Pixels between columns. */
    readonly ranksep: number
    readonly marginx: number
    readonly marginy: number
    /** Of the whole drawing; set by `layout`. */
    readonly width?: number
    readonly height?: number
  }

  export interface NodeLabel {
    readonly width: number
    readonly height: number
    /** The middle; set by `layout`. */
    readonly x?: number
    readonly y?: number
  }

  export interface EdgeLabel {
    /** Of the edge's label; no label asks for no place. */
    readonly width?: number
    readonly height?: number
    /** Where the label is: over the edge. */
    readonly labelpos?: 'c'
    /** The middle of the label; set by `layout`. */
    readonly x?: number
    readonly y?: number
    /** From border to border; set by `layout`. */
    readonly points?: readonly { readonly x: number; readonly y: number }[]
  }

  export class Graph<G, N, E> {
    constructor(options: { readonly multigraph: boolean })
    setGraph(label: G): this
    graph(): G
    setNode(name: string, label: N): this
    node(name: string): N
    setEdge(from: string, to: string, label: E): this
    edge(from: string, to: string): E
  }

  /** Writes places into the labels of the graph. */
  export function layout(graph: Graph<GraphLabel, NodeLabel, EdgeLabel>): void
}
