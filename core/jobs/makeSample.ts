import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SampleResult } from '../api/home.ts'
import type { JobContext } from './jobRunner.ts'
import { synthesizeProject } from './synthesizeProject.ts'

export interface SampleOptions {
  readonly people: number
  /** Share of each task's training labels that is made wrong. */
  readonly noise: number
  readonly seed: number
}

/** Errors that a person recognises at a glance and one run on the sample can find. */
const sampleErrors = { attributes: 'flip', keypoints: 'derange', parts: 'relabel', depth: 'uniform' } as const
const size = { width: 64, height: 128 } as const

/** `Sample.mend`, or the first of `Sample 2.mend`, `Sample 3.mend` … that is free. */
function freeFolder(folder: string): string {
  for (let number = 1; ; number++) {
    const file = join(folder, number === 1 ? 'Sample.mend' : `Sample ${number}.mend`)
    if (!existsSync(file)) return file
  }
}

/**
 * A project to try everything on, in `folder`: synthetic people with planted label errors, which the project remembers
 * (`projects.planted`) and nothing that ranks or trains looks at.
 * @throws the signal's reason when it is aborted
 */
export async function makeSample(folder: string, options: SampleOptions, context: JobContext): Promise<SampleResult> {
  await mkdir(folder, { recursive: true })
  const { people, noise, seed } = options
  const made = await synthesizeProject(
    {
      project: freeFolder(folder),
      profile: 'full',
      people,
      seed,
      ...size,
      errors: { share: noise, kinds: sampleErrors },
    },
    context,
  )
  return {
    project: made.project,
    name: basename(made.project, '.mend'),
    people: made.people,
    labels: made.labels,
    planted: { ...made.planted },
    seconds: made.seconds,
  }
}
