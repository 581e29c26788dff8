import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import {
  browseFacets,
  browseFacetsInput,
  browseIds,
  browseIdsInput,
  browseList,
  browseListInput,
  browsePosition,
  browsePositionInput,
  bulkAction,
  bulkInput,
  bulkResult,
  deleteViewInput,
  savedView,
  saveViewInput,
  undoBulkInput,
  undoBulkResult,
} from './browse.ts'
import {
  applyInput,
  detectInput,
  detection,
  exportInput,
  formatDescription,
  importProposal,
  planImportInput,
  planInput,
  previewExportInput,
  synthesizeInput,
} from './dataset.ts'
import { engineReport, installInput, probeInput } from './engine.ts'
import { mendErrors } from './error.ts'
import {
  conflictsInput,
  conflictsPage,
  exampleCrops,
  exampleCropsInput,
  nearDuplicatesInput,
  nearDuplicatesPage,
  outcome,
  outcomeInput,
  sourceDocuments,
  sourceDocumentsInput,
  surveyInput,
  waitingPlans,
} from './importing.ts'
import {
  labelHistory,
  labelHistoryInput,
  labelsOfImageInput,
  labelsOfPeople,
  labelsOfPeopleInput,
  personDetail,
  personDetailInput,
} from './labels.ts'
import {
  clearedThumbnails,
  createProjectInput,
  forgetProjectInput,
  forgetProjectResult,
  openedProject,
  openProjectInput,
  plantedReport,
  projectStorage,
  projectSummary,
  recentProject,
  sampleInput,
} from './home.ts'
import { jobEvent, jobInput, jobsEvent, jobStarted, jobSummary, reorderJobInput } from './job.ts'
import { childPlace, childPlaceInput, listPlacesInput, makeFolderInput, placeList } from './place.ts'
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
import { drawnSuspects, drawnSuspectsInput, suspectDetail, suspectDetailInput } from './suspectDetail.ts'
import {
  decideInput,
  decideResult,
  facetsInput,
  moveCutInput,
  overviewInput,
  queueCount,
  queueCountInput,
  queueInput,
  queuePage,
  suspect,
  suspectFacets,
  suspectsInput,
  suspectsOverview,
  suspectsPageInput,
  suspectsPageResult,
  suspectTask,
  undoInput,
  undoResult,
} from './suspects.ts'
import {
  describeRunInput,
  removeRunInput,
  runDetail,
  runEstimate,
  runEstimateInput,
  runInput,
  runRemoved,
  trainingChoices,
} from './runs.ts'
import { about, changeSettingsInput, settings } from './settings.ts'
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
    recent: procedure.output(z.array(recentProject)),
    forget: procedure.input(forgetProjectInput).output(forgetProjectResult),
    create: procedure.input(createProjectInput).output(openedProject),
    open: procedure.input(openProjectInput).output(openedProject),
    summary: procedure.input(projectInput).output(projectSummary),
    storage: procedure.input(projectInput).output(projectStorage),
    clearThumbnails: procedure.input(projectInput).output(clearedThumbnails),
    sample: procedure.input(sampleInput).output(jobStarted),
    planted: procedure.input(projectInput).output(plantedReport),
  },
  places: {
    list: procedure.input(listPlacesInput).output(placeList),
    child: procedure.input(childPlaceInput).output(childPlace),
    makeFolder: procedure.input(makeFolderInput).output(childPlace),
  },
  settings: {
    get: procedure.output(settings),
    change: procedure.input(changeSettingsInput).output(settings),
    about: procedure.output(about),
  },
  datasets: {
    formats: procedure.output(z.array(formatDescription)),
    detect: procedure.input(detectInput).output(z.array(detection)),
    propose: procedure.input(planImportInput).output(importProposal),
    survey: procedure.input(surveyInput).output(jobStarted),
    planImport: procedure.input(planImportInput).output(jobStarted),
    applyImport: procedure.input(applyInput).output(jobStarted),
    discardImport: procedure.input(planInput).output(z.object({ discarded: z.boolean() })),
    previewExport: procedure.input(previewExportInput).output(jobStarted),
    export: procedure.input(exportInput).output(jobStarted),
  },
  imports: {
    exampleCrops: procedure.input(exampleCropsInput).output(exampleCrops),
    nearDuplicates: procedure.input(nearDuplicatesInput).output(nearDuplicatesPage),
    conflicts: procedure.input(conflictsInput).output(conflictsPage),
    waiting: procedure.input(projectInput).output(waitingPlans),
    outcome: procedure.input(outcomeInput).output(outcome),
    documents: procedure.input(sourceDocumentsInput).output(sourceDocuments),
    previewRemoval: procedure.input(removeSourceInput).output(removeSourceResult),
  },
  browse: {
    list: procedure.input(browseListInput).output(browseList),
    facets: procedure.input(browseFacetsInput).output(browseFacets),
    ids: procedure.input(browseIdsInput).output(browseIds),
    position: procedure.input(browsePositionInput).output(browsePosition),
    views: procedure.input(projectInput).output(z.array(savedView)),
    saveView: procedure.input(saveViewInput).output(z.array(savedView)),
    deleteView: procedure.input(deleteViewInput).output(z.array(savedView)),
    bulk: procedure.input(bulkInput).output(bulkResult),
    undo: procedure.input(undoBulkInput).output(undoBulkResult),
    actions: procedure.input(projectInput).output(z.array(bulkAction)),
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
  runs: {
    choices: procedure.input(projectInput).output(trainingChoices),
    estimate: procedure.input(runEstimateInput).output(runEstimate),
    detail: procedure.input(runInput).output(runDetail),
    describe: procedure.input(describeRunInput).output(runDetail),
    remove: procedure.input(removeRunInput).output(runRemoved),
    restore: procedure.input(runInput).output(runDetail),
  },
  suspects: {
    list: procedure.input(suspectsInput).output(z.array(suspect)),
    page: procedure.input(suspectsPageInput).output(suspectsPageResult),
    decide: procedure.input(decideInput).output(decideResult),
    undo: procedure.input(undoInput).output(undoResult),
    overview: procedure.input(overviewInput).output(suspectsOverview),
    task: procedure.input(facetsInput).output(suspectTask),
    queue: procedure.input(queueInput).output(queuePage),
    count: procedure.input(queueCountInput).output(queueCount),
    facets: procedure.input(facetsInput).output(suspectFacets),
    moveCut: procedure.input(moveCutInput).output(suspectTask),
    detail: procedure.input(suspectDetailInput).output(suspectDetail),
    drawn: procedure.input(drawnSuspectsInput).output(drawnSuspects),
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
