import type { UserError } from '../../server/errors.ts';

/** What one check found: `remedy` says what to do, at warning and NG. Skipped: it could not be looked at, or need not. */
export type Outcome = { status: 'ok' | 'warning' | 'ng' | 'skipped'; text: string; remedy?: string };

/** One thing that is looked at, and by which id and label reports know it. */
export type Check = {
  id: string;
  /** At most 14 columns wide, for the table. */
  label: string;
  run(): Promise<Outcome>;
};

/** An outcome with the check that it is of. */
export type Finding = { id: string; label: string } & Outcome;

/** Nothing needs to be done. */
export const ok = (text: string): Outcome => ({ status: 'ok', text });
/** @param text why nothing was looked at */
export const skipped = (text: string): Outcome => ({ status: 'skipped', text });
/** Interviews can be held, though not as well as they could. @param remedy whole sentences: what to do */
export const warning = (text: string, remedy: string): Outcome => ({ status: 'warning', text, remedy });
/** Something keeps interviews from being held; the exit code becomes 1. @param remedy whole sentences: what to do */
export const ng = (text: string, remedy: string): Outcome => ({ status: 'ng', text, remedy });

/** A remedy that goes on after a colon elsewhere, as a sentence of its own. */
export const sentence = (remedy: string): string => remedy.replace(/^./, (letter) => letter.toUpperCase());

/** What an error says, with its remedy. @param otherwise the remedy of an error that has none */
export function outcomeOf(kind: typeof ng, { what, remedy }: UserError, otherwise: string): Outcome {
  return kind(what.replace(/\.$/, ''), sentence(remedy ?? otherwise));
}

/** Runs a check; one that fails by itself is NG with what it said, so that the others still run. */
export async function runCheck({ id, label, run }: Check): Promise<Finding> {
  try {
    return { id, label, ...(await run()) };
  } catch (error) {
    const said = error instanceof Error ? error.message || error.name : String(error);
    return { id, label, ...ng(said, 'This was not foreseen: send this line to who maintains webinterview.') };
  }
}

/** Several in one: how the worst of them is, with what all say, and what to do where something is to be done. */
export function worstOf(outcomes: Outcome[]): Outcome {
  const status = (['ng', 'warning', 'ok'] as const).find((each) =>
    outcomes.some((outcome) => outcome.status === each),
  );
  const remedies = [...new Set(outcomes.flatMap(({ remedy }) => remedy ?? []))];
  return {
    status: status ?? 'skipped',
    text: outcomes.map(({ text }) => text).join('; '),
    ...(remedies.length > 0 && { remedy: remedies.join(' ') }),
  };
}
