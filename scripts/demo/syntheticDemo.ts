import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Session } from '../../core/cli/session.ts'
import { count, counts, textTable } from '../../core/cli/table.ts'
import { detect, percent, type Detected } from './detection.ts'
import { cleanUp, gather, learn, showSuspects } from './chapters.ts'
import { Loop } from './loop.ts'
import { readAnswerSheet, type PlantedTask } from './plantedErrors.ts'
import type { DemoSettings } from './settings.ts'
import { Stages } from './stages.ts'
import { answerSheet, datasetEntries, datasetPlans, writeSyntheticDatasets } from './syntheticDatasets.ts'
import { finishWorkspace, type Workspace } from './workspace.ts'

/** Share of the training labels of each of these tasks that is made wrong before anybody sees them. */
const plantedShare = 0.2
const plantedKinds = [
  { task: 'parts', kind: 'derange' },
  { task: 'keypoints', kind: 'derange' },
]
/** Pixels; the network sees half of it, people see the page. */
const pictureSize = { width: 96, height: 192 }

/**
 * Synthetic people as two datasets with planted errors, through the whole loop; last, how many of the errors were found.
 * At most 4 minutes on two cores.
 */
export async function runSyntheticDemo(session: Session, settings: DemoSettings, workspace: Workspace): Promise<void> {
  const stages = new Stages(session.streams, 6)
  if (workspace.continued) stages.print('continuing the demo that was interrupted')
  const planted = await makeDatasets(session, stages, settings, workspace)
  const loop = new Loop(session, stages, workspace.project)
  await gather(
    loop,
    stages,
    datasetPlans.map(({ name }) => path.join(workspace.folder, name)),
  )
  const { epochs, seed } = settings
  const result = await learn(loop, stages, { height: 96, width: 64, epochs, seed })
  await showSuspects(loop, stages, workspace, result)
  const rankings = await cleanUp(loop, stages, workspace, result)
  stages.begin('how much of what was planted was found')
  const clean = { kind: 'none', labels: 0, people: [] }
  const detected = [...rankings].map(([task, ranking]) =>
    detect(planted.find((one) => one.task === task) ?? { ...clean, task }, ranking),
  )
  for (const line of detectionLines(detected)) stages.note(line)
  stages.print(`\ndone in ${stages.seconds().toFixed(0)} s; look at ${path.relative(process.cwd(), workspace.page)}`)
  await finishWorkspace(workspace, { seconds: stages.seconds(), settings, result, detected })
}

async function makeDatasets(
  session: Session,
  stages: Stages,
  { people, seed }: DemoSettings,
  { folder }: Workspace,
): Promise<PlantedTask[]> {
  stages.begin('two datasets on disk, with errors that nobody is told about')
  const answers = path.join(folder, answerSheet)
  if (existsSync(answers)) {
    stages.end('are there already')
    return readAnswerSheet(answers)
  }
  for (const entry of datasetEntries) await rm(path.join(folder, entry), { recursive: true, force: true })
  const made = await writeSyntheticDatasets({
    ...{ folder, people, seed, ...pictureSize, share: plantedShare, errors: plantedKinds, signal: session.signal },
    onDrawn: (done) => stages.output.progress({ stage: 'drew', done, total: people, unit: 'people' }),
  })
  for (const { name, report } of made.datasets) {
    stages.note(`${name} (${report.format}): ${count(report.images)} pictures; ${counts(report.labels)}`)
  }
  const wrong = made.planted.map((task) => `${count(task.people.length)} of ${count(task.labels)} ${task.task}`)
  stages.end(`${count(people)} people drawn, ${count(made.inBoth)} are in both; wrong: ${wrong.join(', ')}`)
  return [...made.planted]
}

function detectionLines(detected: readonly Detected[]): string[] {
  const titles = ['labels', 'planted', 'among the worst as many', 'flagged', 'of them planted', 'left in the export']
  const rows = detected.map(({ task, ranked, planted, foundAtTop, flagged, flaggedPlanted }) => [
    task,
    count(ranked),
    count(planted),
    `${count(foundAtTop)} (${percent(foundAtTop, planted)})`,
    count(flagged),
    `${count(flaggedPlanted)} (${percent(flaggedPlanted, flagged)})`,
    `${count(planted - flaggedPlanted)} of ${count(ranked - flagged)}`,
  ])
  const columns = [{ title: 'task' }, ...titles.map((title) => ({ title, align: 'right' as const }))]
  return textTable(columns, rows).split('\n')
}
