import { mkdirSync } from 'node:fs'
import { MendError } from '../dataset/mendError.ts'
import { implementation } from './implementation.ts'

export const placeProcedures = {
  list: implementation.places.list.handler(({ input, context }) => context.service.places.list(input.place)),
  child: implementation.places.child.handler(({ input, context }) =>
    context.service.places.child(input.place, input.name),
  ),
  makeFolder: implementation.places.makeFolder.handler(({ input, context }) => {
    const child = context.service.places.child(input.place, input.name)
    if (child.exists) {
      throw new MendError('place-exists', `${child.shownFolder} exists`, 'choose it, or another name')
    }
    mkdirSync(child.place)
    return { ...child, exists: true }
  }),
}
