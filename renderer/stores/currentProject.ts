import { shallowRef } from 'vue'

/** Reference of the project that is on screen, as it stands in the address; null on Home and Settings. The router sets it. */
export const currentProject = shallowRef<string | null>(null)
