/**
 * Does work for the newest question only: while one is being answered, those that come meanwhile replace one another, and the
 * last is asked when the answer is there. At most one is under way; every slider movement costs at most one more.
 *
 * @param answered is called with the answers in the order of the questions; never with one that a later answer overtook.
 */
export function latestWins<Question, Answer>(
  work: (question: Question) => Promise<Answer>,
  answered: (answer: Answer, question: Question) => void,
  failed: (error: unknown, question: Question) => void,
): (question: Question) => void {
  let waiting: { readonly question: Question } | null = null
  let busy = false

  async function go(): Promise<void> {
    busy = true
    while (waiting !== null) {
      const { question }: { readonly question: Question } = waiting
      waiting = null
      try {
        answered(await work(question), question)
      } catch (error) {
        failed(error, question)
      }
    }
    busy = false
  }

  return (question) => {
    waiting = { question }
    if (!busy) void go()
  }
}
