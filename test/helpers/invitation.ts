/** An invitation and the two sides of it, for the tests. */
import type { Invitation } from '../../src/server/invite/invitation.ts';

export const url = `https://interview.example.com/room#${'Ab1_'.repeat(11)}`;
export const now = new Date('2026-11-20T03:04:05Z');
export const from = { name: '株式会社サンプル 採用担当', address: 'saiyo@example.com' };
export const to = { name: '佐藤花子', address: 'hanako@example.net' };

export const invitation = (changes: Partial<Invitation> = {}): Invitation => ({
  roomName: '9110-1-to',
  title: null,
  from: new Date('2026-12-01T01:00:00Z'),
  opensAt: new Date('2026-12-01T00:45:00Z'),
  until: new Date('2026-12-01T02:30:00Z'),
  movedFrom: null,
  timeZone: 'Asia/Tokyo',
  language: 'ja',
  applicantName: '佐藤花子',
  url,
  company: '株式会社サンプル 採用担当',
  linkId: 'Ab1_'.repeat(5).concat('cd'),
  revision: 2,
  ...changes,
});
