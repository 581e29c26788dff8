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

/** The next attribute that nobody answered, from `after` on and round again; null: there is none. */
export function nextOpenAnswer(answers: readonly Answer[], after = -1): number | null {
  for (let step = 1; step <= answers.length; step++) {
    const index = (after + step + answers.length) % answers.length
    if (answers[index] === null) return index
  }
  return null
}
