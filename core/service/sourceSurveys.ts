import { MendError } from '../dataset/mendError.ts'
import type { SourceSurvey } from '../jobs/surveySource.ts'
import { PicturePool } from '../media/pool.ts'

/** Surveys that are kept; an older one is forgotten, and its window opens the source again. */
const kept = 4

/** First looks at sources, for windows that are about to import them, and the workers that read their pictures. */
export class SourceSurveys {
  readonly #surveys = new Map<string, SourceSurvey>()
  #pool: PicturePool | null = null

  add(survey: SourceSurvey): SourceSurvey {
    this.#surveys.set(survey.survey, survey)
    for (const oldest of this.#surveys.keys()) {
      if (this.#surveys.size <= kept) break
      this.#surveys.delete(oldest)
    }
    return survey
  }

  find(id: string): SourceSurvey | undefined {
    return this.#surveys.get(id)
  }

  /** @throws MendError `survey-unknown` */
  get(id: string): SourceSurvey {
    const survey = this.#surveys.get(id)
    if (survey !== undefined) return survey
    throw new MendError('survey-unknown', 'what was learned of this source is forgotten', 'Open the source again.')
  }

  /** Workers for the pictures of imports, made when they are first needed. */
  get pool(): PicturePool {
    this.#pool ??= new PicturePool()
    return this.#pool
  }

  async close(): Promise<void> {
    this.#surveys.clear()
    await this.#pool?.close()
    this.#pool = null
  }
}
