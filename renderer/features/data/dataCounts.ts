import { computed, shallowRef, watch, type Ref } from 'vue'
import type { BrowseFacets, PeopleQuery } from '../../../core/api/browse.ts'
import type { Coverage } from '../../../core/api/project.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'

/** How many people each filter would leave, and what is annotated by source and task. */
export function useDataCounts(project: Ref<string | null>, query: Ref<PeopleQuery>) {
  const notices = useNotices()
  const facets = shallowRef<BrowseFacets | null>(null)
  const facetsError = shallowRef<unknown>(null)
  const coverage = shallowRef<Coverage | null>(null)
  let asked = 0

  async function loadFacets(): Promise<void> {
    if (project.value === null) return
    const mine = ++asked
    try {
      const { unit, filter } = query.value
      const answer = await client.browse.facets({ project: project.value, unit, filter })
      if (mine !== asked) return
      facets.value = answer
      facetsError.value = null
    } catch (error) {
      if (mine === asked) facetsError.value = error
    }
  }

  async function loadCoverage(): Promise<void> {
    if (project.value === null) return
    try {
      coverage.value = await client.projects.coverage({ project: project.value })
    } catch (error) {
      notices.failed('The coverage could not be loaded', error)
    }
  }

  const wanted = computed(() => JSON.stringify([project.value, query.value.unit, query.value.filter]))
  watch(wanted, loadFacets, { immediate: true })
  return { facets, facetsError, coverage, loadFacets, loadCoverage }
}
