import { nextAnswer, nextOpenAnswer } from '../../../../core/dataset/editing/attributes.ts'
import { useNotices } from '../../../stores/notices.ts'
import { answersOf } from '../model/sessionLabel.ts'
import type { BindingContext, Bindings } from './binding.ts'

/** Parts and attributes by their digits, and what else is answered from the keyboard. */
export function answerBindings(context: BindingContext): Bindings {
  const { editor, partOrder, someone, still } = context
  const { state, session, bench } = editor
  const notices = useNotices()

  function attributesTask(): string | null {
    if (state.task !== null && session.value?.schema(state.task)?.kind === 'attributes') return state.task
    return session.value?.tasks.find(({ schema }) => schema.kind === 'attributes')?.name ?? null
  }

  /** Answers of a person, and the names of what is asked; null: the project asks nothing. */
  function asked(person: number) {
    const task = attributesTask()
    const schema = task === null ? null : session.value?.schema(task)
    if (task === null || schema?.kind !== 'attributes') return null
    return { task, names: schema.attributes, answers: answersOf(session.value?.label(person, task) ?? null, schema) }
  }

  function digit(at: number): void {
    const schema = state.task === null ? null : (session.value?.schema(state.task) ?? null)
    if (schema?.kind === 'parts') {
      const part = partOrder()[at]
      if (part !== undefined) bench.value?.choosePart(part)
      return
    }
    // Attributes are not in sight while joints are placed: no key may change what nobody sees.
    const found = schema?.kind === 'keypoints' ? null : asked(state.person)
    if (found === null || at >= found.names.length) return
    const value = nextAnswer(found.answers[at] ?? null)
    editor.answer(found.task, [{ index: at, value }], `answered ${found.names[at]}`)
  }

  /** The person before the chosen one in the picture. */
  function personBefore(): number | null {
    const ids = (session.value?.people ?? []).map(({ person }) => person)
    return ids[ids.indexOf(state.person) - 1] ?? null
  }

  function copyAnswers(): void {
    const before = personBefore()
    const theirs = before === null ? null : asked(before)
    const mine = asked(state.person)
    if (theirs === null || mine === null) return
    const differing = theirs.answers.flatMap((value, index) =>
      value === mine.answers[index] ? [] : [{ index, value }],
    )
    editor.answer(mine.task, differing, 'answers of the person before')
  }

  function nextOpen(): void {
    const found = asked(state.person)
    const next = found === null ? null : nextOpenAnswer(found.answers, state.question?.index)
    if (found === null || next === null) notices.tell('Every attribute of this person is answered.')
    else state.question = { task: found.task, index: next }
  }

  return {
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [
        `editor.digit${at + 1}`,
        { run: still(() => digit(at)), enabled: someone },
      ]),
    ),
    'editor.copyAnswers': {
      run: still(copyAnswers),
      enabled: () => personBefore() !== null && attributesTask() !== null,
    },
    'editor.nextOpenAnswer': { run: still(nextOpen), enabled: () => someone() && attributesTask() !== null },
  }
}
