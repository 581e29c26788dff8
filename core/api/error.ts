import { z } from 'zod'

/**
 * The one error that every procedure may answer with: the stable kebab-case code of a `MendError`, what happened (the
 * error's message) and what to do about it.
 */
export const mendErrorData = z.object({ code: z.string(), hint: z.string() })

/** Error map of every procedure: `MEND_ERROR` carries code and hint; anything else is a defect of the program. */
export const mendErrors = { MEND_ERROR: { status: 400, data: mendErrorData } } as const

/** An error as part of a result or an event. */
export const errorReport = z.object({ code: z.string(), message: z.string(), hint: z.string() })
export type ErrorReport = z.infer<typeof errorReport>
