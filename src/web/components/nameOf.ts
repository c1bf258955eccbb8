import { callWords } from '../i18n/call/index.ts';

/** A person's name, or what stands for one that is not shown. */
export const nameOf = ({ name }: { name: string }) => name || callWords.value.participant;
