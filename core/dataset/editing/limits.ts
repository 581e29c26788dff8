/** Longest reason of a gesture, in characters. */
export const longestReason = 300

/** Most identities that a type-ahead offers. */
export const identitySuggestionLimit = 200
