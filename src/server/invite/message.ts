import { htmlOf, textOf } from './blocks.ts';
import { type Invitation, oneLine } from './invitation.ts';
import { en } from './words/en.ts';
import { ja } from './words/ja.ts';

export type Message = { subject: string; text: string; html: string };

const languages = {
  ja: { words: ja, mark: { heading: '■ ', item: '・' } },
  en: { words: en, mark: { heading: '* ', item: '- ' } },
};

/** What the applicant reads. Every value is one line of its own text, whatever was given. */
export function inviteMessage(invitation: Invitation): Message {
  const { language } = invitation;
  const { words, mark } = languages[language];
  const { subject, blocks } = words(inOneLineEach(invitation));
  return { subject, text: textOf(blocks, mark), html: htmlOf(blocks, { subject, language }) };
}

/** An empty name is none. */
export function inOneLineEach(invitation: Invitation): Invitation {
  const { applicantName, company, roomName, url } = invitation;
  return {
    ...invitation,
    roomName: oneLine(roomName),
    url: oneLine(url),
    applicantName: oneLine(applicantName ?? '') || null,
    company: oneLine(company ?? '') || null,
  };
}
