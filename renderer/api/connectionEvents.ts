/** Whether the service answers, as told by every request; the connection store (stores/connection.ts) listens. */
export type ConnectionState = 'connected' | 'lost' | 'expired'

type Listener = (state: ConnectionState) => void

const listeners = new Set<Listener>()

/** Calls back at every change of the outcome of requests; returns the function that ends this. */
export function onConnection(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(state: ConnectionState): void {
  for (const listener of listeners) listener(state)
}

/** A response came, whatever its status; 401 says that the session is over, 502–504 come from a proxy without a service. */
export function answered(status: number): void {
  if (status === 401) tell('expired')
  else tell(status >= 502 && status <= 504 ? 'lost' : 'connected')
}

/** No response came. */
export function unanswered(): void {
  tell('lost')
}
