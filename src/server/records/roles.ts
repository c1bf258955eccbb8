import type { Role } from '../../protocol/messages.ts';

/** As the exports name them. */
export const roleNames: Record<Role, string> = { interviewer: '主催者', applicant: '参加者' };
