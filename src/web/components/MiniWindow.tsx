import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import type { CallModel } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import { shownName } from '../models/shownName.ts';
import styles from './MiniWindow.module.css';
import { Tile } from './Tile.tsx';

type MiniWindowProps = { interview: Interview; call: CallModel };

/** Fills the small window, while there is one, with whoever is large in the call: as the call shows them, and silent. */
export function MiniWindow({ interview, call }: MiniWindowProps) {
  const body = call.miniWindow.body.value;
  useEffect(() => {
    if (!body) return;
    render(<Main interview={interview} call={call} />, body);
    return () => render(null, body);
  }, [body, interview, call]);
  return null;
}

function Main({ interview, call }: MiniWindowProps) {
  const { people, media, interviewer } = interview;
  const peer = people.inCall.value.find(({ id }) => id === call.stage.main.value);
  return (
    <ul class={styles.small}>
      {peer && (
        <Tile
          {...peer}
          key={peer.id}
          name={shownName(peer, interviewer.entry.value)}
          held={peer.state === 'held'}
          video={media.remote.value.get(peer.id)?.video ?? null}
        />
      )}
    </ul>
  );
}
