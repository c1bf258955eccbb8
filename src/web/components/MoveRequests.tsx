import type { MoveRequest } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { shownOrRole } from './nameOf.ts';
import { RequestCard } from './RequestCard.tsx';

/** Who asks to go on on another device, to be answered by an interviewer. */
export function MoveRequests({ interview: { interviewer } }: { interview: Interview }) {
  const { moves } = callWords.value;
  const entry = interviewer.entry.value;
  const text = ({ name, holder, role }: MoveRequest) => {
    const asked = moves.asked(shownOrRole({ name: holder, role }, entry));
    const isOther = name !== '' && name !== holder;
    return isOther ? `${asked}${moves.typed(shownOrRole({ name, role }, entry))}` : asked;
  };
  return interviewer.moveRequests.value.map((request) => (
    <RequestCard key={request.id} text={text(request)}>
      <Button kind="secondary" onClick={() => void interviewer.answerMove(request.id, false)}>
        {moves.refuse}
      </Button>
      <Button onClick={() => void interviewer.answerMove(request.id, true)}>{moves.allow}</Button>
    </RequestCard>
  ));
}
