import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import {
  detectInput,
  detection,
  exportInput,
  formatDescription,
  importProposal,
  planImportInput,
  planInput,
  synthesizeInput,
} from './dataset.ts'
import { engineReport, installInput, probeInput } from './engine.ts'
import { mendErrors } from './error.ts'
import {
  labelHistory,
  labelHistoryInput,
  labelsOfImageInput,
  labelsOfPeople,
  labelsOfPeopleInput,
  personDetail,
  personDetailInput,
} from './labels.ts'
import { jobEvent, jobInput, jobsEvent, jobStarted, jobSummary, reorderJobInput } from './job.ts'
import {
  coverage,
  duplicates,
  duplicatesInput,
  initResult,
  projectInput,
  removeSourceInput,
  removeSourceResult,
  sourceSummary,
} from './project.ts'
import { decideInput, decideResult, suspect, suspectsInput, suspectsPageInput, suspectsPageResult } from './suspects.ts'
import {
  auditInput,
  compareInput,
  comparison,
  resumeTrainingInput,
  runSummary,
  startTrainingInput,
} from './training.ts'

const procedure = oc.errors(mendErrors)

/**
 * Every procedure of the product, declared once: the command line calls the router in process, windows and browsers
 * will call it over HTTP. Procedures that answer `{job}` start long work; `jobs.watch` follows it to its result.
 */
export const contract = {
  projects: {
    init: procedure.input(projectInput).output(initResult),
    coverage: procedure.input(projectInput).output(coverage),
    sources: procedure.input(projectInput).output(z.array(sourceSummary)),
    removeSource: procedure.input(removeSourceInput).output(removeSourceResult),
    duplicates: procedure.input(duplicatesInput).output(duplicates),
    synthesize: procedure.input(synthesizeInput).output(jobStarted),
  },
  datasets: {
    formats: procedure.output(z.array(formatDescription)),
    detect: procedure.input(detectInput).output(z.array(detection)),
    propose: procedure.input(planImportInput).output(importProposal),
    planImport: procedure.input(planImportInput).output(jobStarted),
    applyImport: procedure.input(planInput).output(jobStarted),
    discardImport: procedure.input(planInput).output(z.object({ discarded: z.boolean() })),
    export: procedure.input(exportInput).output(jobStarted),
  },
  labels: {
    ofPeople: procedure.input(labelsOfPeopleInput).output(labelsOfPeople),
    ofImage: procedure.input(labelsOfImageInput).output(labelsOfPeople),
    history: procedure.input(labelHistoryInput).output(labelHistory),
    person: procedure.input(personDetailInput).output(personDetail),
  },
  training: {
    start: procedure.input(startTrainingInput).output(jobStarted),
    resume: procedure.input(resumeTrainingInput).output(jobStarted),
    pause: procedure.input(jobInput).output(jobSummary),
    unpause: procedure.input(jobInput).output(jobSummary),
    runs: procedure.input(projectInput).output(z.array(runSummary)),
    compare: procedure.input(compareInput).output(comparison),
    audit: procedure.input(auditInput).output(jobStarted),
  },
  suspects: {
    list: procedure.input(suspectsInput).output(z.array(suspect)),
    page: procedure.input(suspectsPageInput).output(suspectsPageResult),
    decide: procedure.input(decideInput).output(decideResult),
  },
  engines: {
    list: procedure.output(z.array(engineReport)),
    probe: procedure.input(probeInput).output(z.array(engineReport)),
    install: procedure.input(installInput).output(jobStarted),
  },
  jobs: {
    list: procedure.output(z.array(jobSummary)),
    watch: procedure.input(jobInput).output(eventIterator(jobEvent)),
    follow: procedure.output(eventIterator(jobsEvent)),
    cancel: procedure.input(jobInput).output(jobSummary),
    reorder: procedure.input(reorderJobInput).output(jobSummary),
  },
}
