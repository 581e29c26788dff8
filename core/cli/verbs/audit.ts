import { auditResult, type AuditResult } from '../../api/training.ts'
import { UsageError } from '../exitStatus.ts'
import { nameList, share } from '../optionParsers.ts'
import { figure, textTable } from '../table.ts'
import { addTrainingFlags, trainingChoices, type TrainingFlags } from '../trainingFlags.ts'
import { showTrainingNotice } from '../trainingProgress.ts'
import { example, type Verb } from '../verb.ts'

interface Flags extends TrainingFlags {
  readonly noise?: number
  readonly kind?: string[]
  readonly json?: boolean
}

/** `parts=derange,vector=uniform`, or one kind alone, which then is for the one task of `--tasks`. */
function noiseChoices(
  kinds: readonly string[],
  tasks: readonly string[] | undefined,
): { task: string; kind: string }[] {
  return kinds.map((text) => {
    const [left, right] = text.split('=')
    if (right !== undefined) return { task: left.trim(), kind: right.trim() }
    if (tasks?.length === 1) return { task: tasks[0], kind: left }
    throw new UsageError(`--kind ${text} does not say which task`, `write TASK=${text}, or name one task with --tasks`)
  })
}

function resultText(result: AuditResult): string {
  const rows = Object.entries(result.tasks).map(([task, found]) => [
    task,
    found.kind,
    String(found.planted),
    ...[found.detection.ilt, found.detection.meanLoss, found.detection.lastLoss, found.detection.combined].map(figure),
    figure(found.auroc),
    figure(found.averagePrecision),
    found.estimatedNoise === null ? 'no clear corruption' : figure(found.estimatedNoise),
    `${found.flagged} (${found.falseFlags} wrongly)`,
  ])
  const titles = ['planted', 'ilt %', 'mean loss %', 'last loss %', 'combined %', 'AUROC', 'AP', 'estimated', 'flagged']
  return [
    `${result.model} ${result.size}, ${result.epochs} epochs, ${result.people} people, ${result.engine}, ` +
      `${result.seconds.toFixed(1)} s, ${figure(result.imagesPerSecond)} images/s`,
    textTable(
      [{ title: 'task' }, { title: 'noise' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
      rows,
    ),
  ].join('\n')
}

export const addAudit: Verb = (program, session) => {
  const command = program
    .command('audit')
    .description('plant known errors in a training copy, train, and report how many of them the ranking finds')
    .argument('<project>', 'project folder; its labels stay as they are')
  addTrainingFlags(command)
    .option('--noise <share>', 'share of the labels that is corrupted (default: 0.2)', share)
    .option('--kind <kinds>', 'kind of noise, TASK=KIND,… (default: the paper’s for each task)', nameList)
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend audit sample.mend --tasks parts --noise 0.2 --kind derange --size 64x32 --epochs 2',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const kinds = noiseChoices(flags.kind ?? [], flags.tasks)
      const client = await session.client()
      const output = session.output(flags.json)
      const options = trainingChoices(flags)
      const { job } = await client.training.audit({ project, options, noise: flags.noise, kinds })
      const result = await session.follow(job, output, {
        result: auditResult,
        onNotice: (notice) => showTrainingNotice(output, notice),
      })
      output.result({ event: 'done', ...result }, resultText)
    })
}
