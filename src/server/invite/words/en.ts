import type { Block, Opening, Words } from '../blocks.ts';
import type { Invitation } from '../invitation.ts';
import { opensText, startText, windowText } from '../when.ts';

/** The message in English. The names of buttons are those of the page (web/i18n/en.ts). */
export function en(invitation: Invitation): Words {
  const { applicantName, company, url } = invitation;
  const { subject, greeting, purpose, times } = invitation.movedFrom ? moved(invitation) : first(invitation);
  return {
    subject: `${company ? `${company}: ` : ''}${subject} (${startText(invitation)})`,
    blocks: [
      { kind: 'paragraph', text: `Dear ${applicantName ?? 'applicant'},` },
      { kind: 'paragraph', text: `${greeting} ${purpose}` },
      ...times,
      called(invitation),
      { kind: 'link', title: 'Your link', url, press: 'Join the interview' },
      {
        kind: 'paragraph',
        text: `You can come in from ${opensText(invitation)}. Before that, the same link lets you check your camera, microphone and connection: please try it beforehand.\nIt is meant for you alone: please do not pass it on.`,
      },
      { kind: 'list', title: 'What to prepare', items: preparations },
      { kind: 'list', title: 'On the day', items: steps, ordered: true },
      { kind: 'list', title: 'If something does not work', items: remedies },
      {
        kind: 'paragraph',
        text: 'If you have any questions, or can no longer make it at this time, please reply to this email.\nWe look forward to speaking with you.',
      },
      ...(company ? [{ kind: 'signature' as const, text: company }] : []),
    ],
  };
}

const first = (invitation: Invitation): Opening => ({
  subject: 'Invitation to your online interview',
  greeting: 'Thank you very much for your application.',
  purpose: `We are pleased to invite you to an online interview${withCompany(invitation)}.\nIt takes place at the following time. Please join it by the link below.`,
  times: [{ kind: 'fact', title: 'Date and time', text: windowText(invitation) }],
});

/** To who knows of another time. */
const moved = (invitation: Invitation): Opening => ({
  subject: 'New time for your online interview',
  greeting: `Your online interview${withCompany(invitation)} has been moved.`,
  purpose: 'Please join it at the new time, by the link below.',
  times: [
    { kind: 'fact', title: 'New date and time', text: windowText(invitation) },
    { kind: 'fact', title: 'Instead of', text: windowText({ ...invitation, ...invitation.movedFrom }) },
  ],
});

const withCompany = ({ company }: Invitation) => (company ? ` with ${company}` : '');

/** To who was invited, that it is not going to be. It stands alone, also where no calendar comes with it. */
export function enCancelled(invitation: Invitation): Words {
  const { applicantName, company } = invitation;
  return {
    subject: `${company ? `${company}: ` : ''}Your online interview has been cancelled (${startText(invitation)})`,
    blocks: [
      { kind: 'paragraph', text: `Dear ${applicantName ?? 'applicant'},` },
      {
        kind: 'paragraph',
        text: `We are sorry to tell you that the following online interview${withCompany(invitation)} has been cancelled.`,
      },
      { kind: 'fact', title: 'Date and time', text: windowText(invitation) },
      called(invitation),
      {
        kind: 'paragraph',
        text: 'Please do not use the link that we sent you. If the appointment is still in your calendar, please delete it.',
      },
      {
        kind: 'paragraph',
        text: 'We apologize for the inconvenience. If you have any questions, please reply to this email.',
      },
      ...(company ? [{ kind: 'signature' as const, text: company }] : []),
    ],
  };
}

/** The room's own name says nothing to its reader, but where it has no other it is what they can ask about. */
const called = ({ title, roomName }: Invitation): Block =>
  title ? { kind: 'fact', title: 'Interview', text: title } : { kind: 'fact', title: 'Room', text: roomName };

const preparations = [
  'Browser: the latest Google Chrome, Microsoft Edge, Firefox or Safari. There is no app to install.',
  'Camera and microphone: those built into your computer, phone or tablet are fine. Earphones make it easier to understand each other.',
  'Place and connection: a quiet place and a stable internet connection (recommended: 15 Mbps down, 3 Mbps up).',
];

const steps = [
  'The link opens with an environment check. When you are asked for your camera and microphone, please choose “Allow”.',
  'When the check is done, press “Go to the waiting room”.',
  'Enter your name and press “Request to join”. The interview begins when the interviewer lets you in.',
];

const remedies = [
  'Camera or microphone cannot be used: close other apps that are using them, allow both in the settings of your browser, and reload the page.',
  'The page does not open, or there is no video or sound: open the same link in another browser or over another connection, such as your phone’s. A VPN or a company network may not let the call through.',
  'You were disconnected: open the same link again.',
];
