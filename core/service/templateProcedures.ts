import {
  changeTemplate,
  createTemplateTask,
  previewRestore,
  previewTemplate,
  restoreTemplate,
  shippedTemplates,
  templateState,
} from './editing/templates.ts'
import { implementation } from './implementation.ts'

const { templates } = implementation

export const templateProcedures = {
  shipped: templates.shipped.handler(() => shippedTemplates()),
  state: templates.state.handler(({ input, context }) =>
    templateState(context.service.projects.get(input.project), input),
  ),
  preview: templates.preview.handler(({ input, context }) =>
    previewTemplate(context.service.projects.get(input.project), input),
  ),
  change: templates.change.handler(({ input, context }) =>
    changeTemplate(context.service.projects.get(input.project), input),
  ),
  previewRestore: templates.previewRestore.handler(({ input, context }) =>
    previewRestore(context.service.projects.get(input.project), input),
  ),
  restore: templates.restore.handler(({ input, context }) =>
    restoreTemplate(context.service.projects.get(input.project), input),
  ),
  create: templates.create.handler(({ input, context }) =>
    createTemplateTask(context.service.projects.get(input.project), input),
  ),
}
