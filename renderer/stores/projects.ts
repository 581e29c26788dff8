import { defineStore } from 'pinia'
import { useRemembered } from './remembered.ts'

/** Names of projects by the references that stand in addresses. */
export const useProjects = defineStore('projects', () => {
  const names = useRemembered<Record<string, string>>('projects.names', () => ({}), { project: null })

  function remember(reference: string, name: string): void {
    if (names.value[reference] !== name) names.value = { ...names.value, [reference]: name }
  }

  /** The project's name; "Project" until it is known. */
  function nameOf(reference: string): string {
    return names.value[reference] ?? 'Project'
  }

  return { remember, nameOf }
})
