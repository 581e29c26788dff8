import type { Readable } from 'node:stream'

export interface MediaRequest {
  /** Folder of the project, resolved from the client's reference by the HTTP layer. */
  readonly projectFolder: string
  /** Decoded segments of the address after `/media/PROJECT/`: none is empty, `.` or `..`, none holds a slash or a null byte. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly headers: MediaRequestHeaders
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

export interface MediaRequestHeaders {
  readonly ifNoneMatch: string | null
}

export interface MediaResponse {
  readonly status: number
  /** Content type, ETag, cache control; the HTTP layer adds the security headers. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | Readable
}

/** Pictures by database id, never by path. @returns null where there is no such picture (404). */
export async function handleMedia(_request: MediaRequest): Promise<MediaResponse | null> {
  return null
}
