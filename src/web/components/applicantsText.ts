import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { shownName } from '../models/shownName.ts';

/** How many applicants wait and who of them asks to come in, for interviewers; null: nobody waits. */
export function applicantsText({
  people,
  interviewer,
}: Pick<Interview, 'people' | 'interviewer'>): string | null {
  const waiting = people.counts.value?.waiting ?? 0;
  if (waiting === 0) return null;
  const { value: entry } = interviewer.entry;
  const names = people.asking.value.map(({ name }) => shownName({ name, role: 'applicant' }, entry));
  return words.value.waiting.applicants(waiting, names);
}
