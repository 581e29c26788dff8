import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Suspect } from '../../core/api/suspects.ts'
import type { Session } from '../../core/cli/session.ts'
import { cleanUp, gather, learn, showSuspects } from './chapters.ts'
import { findDatasets, Loop } from './loop.ts'
import type { DemoSettings } from './settings.ts'
import { Stages } from './stages.ts'
import { finishWorkspace, type Workspace } from './workspace.ts'

/** Suspects of each task that are printed. */
const shown = 5

/** The loop on the datasets in a folder, as they are: nothing is planted, what is found is for a person to judge. */
export async function runDataDemo(
  session: Session,
  data: string,
  { epochs, seed }: DemoSettings,
  workspace: Workspace,
): Promise<void> {
  const stages = new Stages(session.streams, 5)
  if (workspace.continued) stages.print('continuing the demo that was interrupted')
  const below = readdirSync(data, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const sources = await findDatasets(session, data, below.map(({ name }) => name).sort())
  const loop = new Loop(session, stages, workspace.project)
  await gather(loop, stages, sources)
  const result = await learn(loop, stages, { height: 96, width: 64, epochs, seed })
  await showSuspects(loop, stages, workspace, result)
  const rankings = await cleanUp(loop, stages, workspace, result)
  stages.begin('the worst of each task')
  const worst = Object.fromEntries([...rankings].map(([task, ranking]) => [task, ranking.slice(0, shown)]))
  for (const [task, suspects] of Object.entries(worst)) {
    stages.note(task)
    for (const suspect of suspects) stages.note(`  ${suspectText(suspect)}`)
  }
  const page = path.relative(process.cwd(), workspace.page)
  stages.print(`\ndone in ${stages.seconds().toFixed(0)} s; open ${page} and judge for yourself`)
  await finishWorkspace(workspace, { seconds: stages.seconds(), result, worst })
}

function suspectText({ rank, image, score, flagged, why }: Suspect): string {
  return `${rank}. ${image}  ${score.toFixed(2)}${flagged ? ', flagged' : ''}: ${why}`
}
