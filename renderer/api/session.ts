/** How the window stands with the service: `refused` carries why the token was not taken. */
export type SessionStart =
  { readonly state: 'ready' } | { readonly state: 'refused' } | { readonly state: 'unreachable' }

/** The token of an address' fragment, `#token=…`; null where there is none. */
export function tokenOf(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('token')
}

/** Takes the token out of the address and of the history. @returns it, or null where there is none */
function takeToken(): string | null {
  const token = typeof location === 'undefined' ? null : tokenOf(location.hash)
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}

// As this file is loaded, which is before the router's: that keeps the address as it finds it, and would put the token back.
const token = takeToken()

/**
 * Exchanges the token that the address had for a session cookie (POST /session). Without a token the cookie of an earlier
 * visit counts.
 */
export async function beginSession(): Promise<SessionStart> {
  if (token === null) return { state: 'ready' }
  try {
    const response = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      credentials: 'same-origin',
    })
    if (response.ok) return { state: 'ready' }
    // A used token in a window that is signed in already, say from the browser's history, does no harm.
    const probe = await fetch('/rpc/jobs/list', { method: 'POST', body: '{}', credentials: 'same-origin' })
    return { state: probe.status === 401 ? 'refused' : 'ready' }
  } catch {
    return { state: 'unreachable' }
  }
}
