import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { exportResult, importPlanSummary, importReport, type ExportResult } from '../../core/api/dataset.ts'
import type { EpochEvent, JobNotice } from '../../core/api/job.ts'
import type { Suspect } from '../../core/api/suspects.ts'
import { trainResult, type trainingOptions, type TrainResult } from '../../core/api/training.ts'
import type { Session } from '../../core/cli/session.ts'
import { count, counts, figure } from '../../core/cli/table.ts'
import { MendError } from '../../core/dataset/mendError.ts'
import type { Stages } from './stages.ts'

/**
 * The loop of a user, through the API that the command line uses. Each step looks at what an interrupted demo did already
 * and continues there.
 */
export class Loop {
  readonly #session: Session
  readonly #stages: Stages
  readonly #project: string

  constructor(session: Session, stages: Stages, project: string) {
    this.#session = session
    this.#stages = stages
    this.#project = project
  }

  /** The project, made where it is not there; one that was cut short while being made is made again. */
  async openProject(): Promise<void> {
    const client = await this.#session.client()
    if (existsSync(this.#project)) {
      try {
        await client.projects.sources({ project: this.#project })
        return
      } catch {
        await rm(this.#project, { recursive: true, force: true })
      }
    }
    await client.projects.init({ project: this.#project })
  }

  /** Imports a dataset with the mapping that is proposed, unless it is there. */
  async import(source: string): Promise<void> {
    const client = await this.#session.client()
    const { output } = this.#stages
    const input = { project: this.#project, source }
    this.#stages.command(`import ${this.#show(this.#project)} ${this.#show(source)}`)
    const known = await client.projects.sources({ project: this.#project })
    if (known.some(({ folder }) => folder === path.resolve(source))) {
      this.#stages.note('is in the project already')
      return
    }
    const planning = await client.datasets.planImport(input)
    const plan = await this.#session.follow(planning.job, output, { result: importPlanSummary })
    const applying = await client.datasets.applyImport({ plan: plan.plan })
    const report = await this.#session.follow(applying.job, output, { result: importReport })
    const merged = `${count(report.merged.images)} images and ${count(report.merged.people)} people were there already`
    this.#stages.note(`${plan.format}: ${count(report.images)} images, ${counts(report.labels)}; ${merged}`)
    for (const { reason, count: times } of report.skipped) this.#stages.note(`skipped ${count(times)}: ${reason}`)
  }

  /** Which task has how many labels, of how many people. */
  async coverage(): Promise<string> {
    const client = await this.#session.client()
    const { images, people, sources } = await client.projects.coverage({ project: this.#project })
    const labelled: Record<string, number> = {}
    for (const { tasks } of sources) {
      for (const [task, states] of Object.entries(tasks)) {
        labelled[task] = (labelled[task] ?? 0) + states.labelled + states.verified
      }
    }
    return `${count(images)} images, ${count(people)} people: ${counts(labelled)}`
  }

  /** Trains, or continues the run that was interrupted. */
  async train(options: z.input<typeof trainingOptions>): Promise<TrainResult> {
    const client = await this.#session.client()
    const [unfinished] = (await client.training.runs({ project: this.#project })).filter(({ kind }) => kind === 'train')
    const shown = this.#show(this.#project)
    const size = `${options.height ?? 96}x${options.width ?? 64}`
    let job: string
    if (unfinished === undefined) {
      this.#stages.command(`train ${shown} --size ${size} --epochs ${options.epochs ?? 20} --seed ${options.seed ?? 1}`)
      job = (await client.training.start({ project: this.#project, options })).job
    } else {
      this.#stages.command(`train ${shown} --resume ${unfinished.run}`)
      job = (await client.training.resume({ project: this.#project, run: unfinished.run })).job
    }
    return this.#session.follow(job, this.#stages.output, {
      result: trainResult,
      onNotice: (notice) => this.#showNotice(notice),
    })
  }

  /** Every label that the run saw, most suspect first. */
  async suspects(run: number, task: string): Promise<Suspect[]> {
    const client = await this.#session.client()
    return client.suspects.list({ project: this.#project, run, task, top: 1_000_000 })
  }

  async writePage(run: number, out: string, top: number): Promise<string> {
    const client = await this.#session.client()
    this.#stages.command(`suspects ${this.#show(this.#project)} --top ${top} --html ${this.#show(out)}`)
    const page = await client.suspects.page({ project: this.#project, run, top, out })
    return `${this.#show(out)}: the ${count(page.entries)} most suspect labels, ${figure(page.bytes / 1e6)} MB`
  }

  /** Rejects labels, each with a revision that can be taken back. @returns how many */
  async reject(run: number, labels: readonly number[]): Promise<number> {
    const client = await this.#session.client()
    const decisions = labels.map((label) => ({ label, decision: 'reject' as const, reason: 'flagged by the demo' }))
    return (await client.suspects.decide({ project: this.#project, run, by: 'demo', decisions })).reject
  }

  /** Everything but the rejected labels, as a bundle: the format that carries every task. */
  async exportCleaned(out: string): Promise<ExportResult> {
    const client = await this.#session.client()
    const filter = 'state!=rejected'
    this.#stages.command(
      `export ${this.#show(this.#project)} ${this.#show(out)} --format mend-bundle --filter '${filter}'`,
    )
    await rm(out, { recursive: true, force: true })
    const { job } = await client.datasets.export({ project: this.#project, out, format: 'mend-bundle', filter })
    return this.#session.follow(job, this.#stages.output, { result: exportResult })
  }

  #showNotice(notice: JobNotice): void {
    if (notice.event === 'ready') {
      const from = notice.epoch > 0 ? `, continuing after epoch ${notice.epoch}` : ''
      this.#stages.note(`engine ${notice.engine}; ${figure(notice.parameters / 1e6)} M weights${from}`)
    }
    if (notice.event === 'warning') this.#stages.note(`warning: ${notice.message}`)
    if (notice.event === 'epoch' && isShown(notice)) this.#stages.note(epochText(notice))
  }

  #show(file: string): string {
    const relative = path.relative(process.cwd(), file)
    return relative.length < file.length ? relative : file
  }
}

/** The first epoch, the last, and about six between. */
function isShown({ epoch, epochs }: EpochEvent): boolean {
  return epoch === 1 || epoch === epochs || epoch % Math.ceil(epochs / 7) === 0
}

function epochText({ epoch, epochs, losses, imagesPerSecond }: EpochEvent): string {
  const shown = Object.entries(losses).map(([task, loss]) => `${task} ${figure(loss)}`)
  return `epoch ${epoch}/${epochs}: loss of ${shown.join(', ')}; ${Math.round(imagesPerSecond)} images/s`
}

/** Folders of datasets in `folder`: itself where it is one, else those directly below it that a format recognises. */
export async function findDatasets(session: Session, folder: string, below: readonly string[]): Promise<string[]> {
  const client = await session.client()
  const recognised = async (source: string): Promise<boolean> => {
    const [best] = await client.datasets.detect({ source })
    return best !== undefined && best.confidence >= 0.5
  }
  if (await recognised(folder)) return [folder]
  const found: string[] = []
  for (const name of below) if (await recognised(path.join(folder, name))) found.push(path.join(folder, name))
  if (found.length > 0) return found
  throw new MendError('no-datasets', `${folder} holds no dataset in a known format`, 'npx mend detect FOLDER says why')
}
