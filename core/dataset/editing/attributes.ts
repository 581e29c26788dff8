type Answer = boolean | null

/** Answers of a label in which nobody said anything yet. */
export function noAnswers(count: number): Answer[] {
  return Array.from({ length: count }, () => null)
}

/** Not annotated → yes → no → not annotated. */
export function nextAnswer(answer: Answer): Answer {
  if (answer === null) return true
  return answer ? false : null
}

export function setAnswer(answers: readonly Answer[], index: number, answer: Answer): Answer[] {
  return answers.with(index, answer)
}

/** Takes answers over from another person; with `onlyOpen` those alone that nobody gave here. */
export function copyAnswers(onto: readonly Answer[], from: readonly Answer[], onlyOpen: boolean): Answer[] {
  return onto.map((answer, index) => (onlyOpen && answer !== null ? answer : (from[index] ?? null)))
}

/** The next attribute that nobody answered, from `after` on and round again; null: there is none. */
export function nextOpenAnswer(answers: readonly Answer[], after = -1): number | null {
  for (let step = 1; step <= answers.length; step++) {
    const index = (after + step + answers.length) % answers.length
    if (answers[index] === null) return index
  }
  return null
}
