/** Entries of the vector by which people are compared. */
export const embeddingLength = 128
