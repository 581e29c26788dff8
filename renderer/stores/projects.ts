import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ProjectSummary, RecentProject } from '../../core/api/home.ts'
import { client } from '../api/client.ts'
import { reportOf } from '../api/studioError.ts'
import { useRemembered } from './remembered.ts'

/** Projects that were opened before, what lies in them, and their names by the references that stand in addresses. */
export const useProjects = defineStore('projects', () => {
  const names = useRemembered<Record<string, string>>('projects.names', () => ({}), { project: null })
  const recent = shallowRef<readonly RecentProject[] | null>(null)
  const summaries = shallowRef<ReadonlyMap<string, ProjectSummary | Error>>(new Map())

  function remember(reference: string, name: string): void {
    if (names.value[reference] !== name) names.value = { ...names.value, [reference]: name }
  }

  /** The project's name; "Project" until it is known. */
  function nameOf(reference: string): string {
    return names.value[reference] ?? 'Project'
  }

  /** Loads the list of recent projects and then, one after the other, what lies in each. @throws StudioError */
  async function load(): Promise<void> {
    const list = await client.projects.recent()
    recent.value = list
    for (const { project, name } of list) remember(project, name)
    for (const { project, present } of list) if (present) await loadSummary(project)
  }

  /** Loads what lies in one project; what it fails of stands in the summary's place. */
  async function loadSummary(project: string): Promise<void> {
    let summary: ProjectSummary | Error
    try {
      summary = await client.projects.summary({ project })
      remember(project, summary.name)
    } catch (error) {
      if (reportOf(error).code === 'service-unreachable') return
      summary = error instanceof Error ? error : new Error(String(error))
    }
    summaries.value = new Map(summaries.value).set(project, summary)
  }

  /** Takes a project off the list; its folder stays. @throws StudioError */
  async function forget(project: string): Promise<void> {
    await client.projects.forget({ project })
    recent.value = recent.value?.filter((each) => each.project !== project) ?? null
  }

  return { recent, summaries, remember, nameOf, load, loadSummary, forget }
})
