import type { IncomingMessage } from 'node:http'
import { refusal, type Refusal } from './reply.ts'

/** Thrown where a request cannot be taken; answered as it says. */
export class RequestRefused extends Error {
  readonly refusal: Refusal

  constructor(reason: Refusal) {
    super(reason.message)
    this.refusal = reason
  }
}

/**
 * A request's JSON, undefined where there is no body. Node's own time limit ends bodies that trickle in.
 * @throws RequestRefused 413 beyond `limitBytes`, 415 for another type, 400 for what is no JSON
 */
export async function readJsonBody(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  const declared = Number(request.headers['content-length'] ?? 0)
  const tooLarge = (): RequestRefused =>
    new RequestRefused(
      refusal(413, 'request-too-large', `a request may have ${limitBytes} bytes`, 'send less at a time'),
    )
  if (declared > limitBytes) throw tooLarge()
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestRefused(refusal(415, 'encoded-request', 'requests are taken as they are', 'send it uncompressed'))
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limitBytes) throw tooLarge()
    chunks.push(chunk)
  }
  if (size === 0) return undefined
  const type = request.headers['content-type'] ?? ''
  // A page of another origin can send text without asking; JSON it cannot.
  if (!/^application\/json\s*(;|$)/i.test(type) || request.headers['content-disposition'] !== undefined) {
    throw new RequestRefused(refusal(415, 'not-json', 'requests are JSON', 'send content-type: application/json'))
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))) as unknown
  } catch {
    throw new RequestRefused(refusal(400, 'malformed-request', 'the request is not JSON', 'send JSON in UTF-8'))
  }
}
