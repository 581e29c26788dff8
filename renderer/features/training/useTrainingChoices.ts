import { computed, type ComputedRef, type Ref } from 'vue'
import { trainingOptions, type TrainingOptions } from '../../../core/api/training.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { useTraining } from './trainingStore.ts'

const isOptions = (value: unknown): value is TrainingOptions => trainingOptions.safeParse(value).success

/** The choices of the form New run, kept with the project: the form changes them, sets and relations begin with them. */
export function useTrainingOptions(): Ref<TrainingOptions> {
  return useRemembered('training.options', () => trainingOptions.parse({}), {
    accepts: isOptions,
    complete: (options) => trainingOptions.parse(options),
  })
}

export interface ComparedChoices {
  readonly options: Ref<TrainingOptions>
  /** Tasks to train: those of the form that can be learnt, or all that can be, identities too, where it names none. */
  readonly tasks: ComputedRef<string[]>
}

/** The form's choices, for comparing ways to train. */
export function useTrainingChoices(): ComparedChoices {
  const training = useTraining()
  const options = useTrainingOptions()
  const tasks = computed(() => {
    const wanted = options.value.tasks
    return (training.choices?.tasks ?? [])
      .filter(({ refusal }) => refusal === null)
      .map(({ name }) => name)
      .filter((name) => wanted === undefined || wanted.includes(name))
  })
  return { options, tasks }
}
