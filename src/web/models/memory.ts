/** What this browser remembers between visits. Without storage (private mode, refused) it remembers nothing. */
import type { Role } from '../../protocol/messages.ts';

export type Names = { company: string; name: string };

export type Wishes = { microphone: boolean; camera: boolean };

export type Memory = {
  language(): 'ja' | 'en' | null;
  keepLanguage(language: 'ja' | 'en'): void;
  /** Whether the environment check was passed here. */
  hasPassedCheck(): boolean;
  keepPassedCheck(): void;
  names(role: Role): Names;
  keepNames(role: Role, names: Names): void;
  /** The resume key of this link's seat; never the link's token itself. */
  resumeKey(): string | null;
  keepResumeKey(key: string): void;
  /** What is wished of the devices in this seat; null: nothing else than at first. */
  wishes(): Wishes | null;
  keepWishes(wishes: Wishes): void;
  /** The seat was given up: what belongs to it alone is forgotten. */
  forgetSeat(): void;
  /** The id of the newest chat message that was read, so that a reload makes none unread again. */
  lastRead(): string | null;
  keepLastRead(messageId: string): void;
};

/** Raised when the check looks at more than it did, so that everyone passes it again. */
const CHECK_VERSION = '1';

/** `linkId` is the public half of the link's token. */
export function createMemory(linkId: string, storage: Storage | null): Memory {
  const read = (key: string) => storage?.getItem(`webinterview.${key}`) ?? null;
  const write = (key: string, value: string | null) => {
    try {
      if (value === null) storage?.removeItem(`webinterview.${key}`);
      else storage?.setItem(`webinterview.${key}`, value);
    } catch {
      // Full or refused: it is asked again next time.
    }
  };
  return {
    language: () => {
      const kept = read('language');
      return kept === 'ja' || kept === 'en' ? kept : null;
    },
    keepLanguage: (language) => write('language', language),
    hasPassedCheck: () => read('check') === CHECK_VERSION,
    keepPassedCheck: () => write('check', CHECK_VERSION),
    names: (role) => parseNames(read(`names.${role}`)),
    keepNames: (role, names) => write(`names.${role}`, JSON.stringify(names)),
    resumeKey: () => read(`seat.${linkId}`),
    keepResumeKey: (key) => write(`seat.${linkId}`, key),
    wishes: () => parseWishes(read(`wishes.${linkId}`)),
    keepWishes: (wishes) => write(`wishes.${linkId}`, JSON.stringify(wishes)),
    forgetSeat: () => {
      for (const key of ['seat', 'wishes', 'read']) write(`${key}.${linkId}`, null);
    },
    lastRead: () => read(`read.${linkId}`),
    keepLastRead: (messageId) => write(`read.${linkId}`, messageId),
  };
}

/** localStorage, or null where the browser refuses it. */
export function browserStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function parseWishes(text: string | null): Wishes | null {
  try {
    const { microphone, camera } = JSON.parse(text ?? '') as Wishes;
    return { microphone: microphone !== false, camera: camera !== false };
  } catch {
    return null;
  }
}

function parseNames(text: string | null): Names {
  try {
    const { company, name } = JSON.parse(text ?? '{}') as Partial<Names>;
    return { company: String(company ?? ''), name: String(name ?? '') };
  } catch {
    return { company: '', name: '' };
  }
}
