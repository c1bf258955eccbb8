import { htmlOf, textOf, type Words } from './blocks.ts';
import { type Invitation, oneLine } from './invitation.ts';
import { en, enCancelled } from './words/en.ts';
import { ja, jaCancelled } from './words/ja.ts';

export type Message = { subject: string; text: string; html: string };

const languages = {
  ja: { words: ja, cancelled: jaCancelled, mark: { heading: '■ ', item: '・' } },
  en: { words: en, cancelled: enCancelled, mark: { heading: '* ', item: '- ' } },
};

/** What the applicant reads. Every value is one line of its own text, whatever was given. */
export function inviteMessage(invitation: Invitation): Message {
  return written(invitation, languages[invitation.language].words);
}

/** The same for who was invited to what is not going to be. */
export function cancelMessage(invitation: Invitation): Message {
  return written(invitation, languages[invitation.language].cancelled);
}

function written(invitation: Invitation, words: (invitation: Invitation) => Words): Message {
  const { language } = invitation;
  const { mark } = languages[language];
  const { subject, blocks } = words(inOneLineEach(invitation));
  return { subject, text: textOf(blocks, mark), html: htmlOf(blocks, { subject, language }) };
}

/** An empty name is none. */
export function inOneLineEach(invitation: Invitation): Invitation {
  const { applicantName, company, title, roomName, url } = invitation;
  return {
    ...invitation,
    roomName: oneLine(roomName),
    title: oneLine(title ?? '') || null,
    url: oneLine(url),
    applicantName: oneLine(applicantName ?? '') || null,
    company: oneLine(company ?? '') || null,
  };
}
