import type { ServerResponse } from 'node:http'

/**
 * What every answer carries. The pages need their own scripts, styles, fonts and pictures and nothing else; style attributes
 * are allowed (positions of virtual rows, tooltips of charts), style elements and inline scripts are not.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src-elem 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
}

/** Before anything is routed: no answer leaves without these, errors included. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
  response.setHeader('cache-control', 'no-store')
}

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly hint: string
}

export function refusal(status: number, code: string, message: string, hint: string): Refusal {
  return { status, code, message, hint }
}

/** Answers with why not, as JSON; `rpc`: in the form in which oRPC's client reads errors. */
export function refuse(response: ServerResponse, { status, code, message, hint }: Refusal, rpc = false): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const error = { defined: false, code: code.toUpperCase().replaceAll('-', '_'), status, message, data: { code, hint } }
  // What else the client sends on this connection belongs to a request that was refused.
  if (!response.req.complete) response.setHeader('connection', 'close')
  replyJson(response, status, rpc ? { json: error, meta: [] } : { code, message, hint })
}

export function replyJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
