export interface Received {
  readonly upload: string
  readonly part: number
  readonly key: string
}

export interface UploadServer {
  readonly url: string
  close(): Promise<void>
}

export function startUploadServer(options: {
  readonly folder: string
  readonly page: string
  readonly port?: number
  readonly limit?: number
  readonly before?: () => Promise<unknown> | void
  readonly onReceived?: (received: Received) => void
}): Promise<UploadServer>
