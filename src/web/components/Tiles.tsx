import { useCallback, useMemo } from 'preact/hooks';
import type { PeerInfo } from '../../protocol/messages.ts';
import { createPictureFit } from '../browser/pictureFit.ts';
import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import { shownName } from '../models/shownName.ts';
import { shownOrRole } from './nameOf.ts';
import { PersonActions } from './PersonActions.tsx';
import { Tile } from './Tile.tsx';
import styles from './Tiles.module.css';
import { Video } from './Video.tsx';

type TilesProps = { interview: Interview; call: CallModel };

/** Everyone in the call, oneself last; a shared screen first. The same elements in every view: nothing flashes. */
export function Tiles({ interview, call }: TilesProps) {
  const others = interview.people.inCall.value;
  const { view, sharer, main } = call.stage;
  const screen = sharer.value && interview.media.remote.value.get(sharer.value.id)?.screen;
  const showsSelf = !call.stage.hidesSelf.value;
  const count = others.length + (showsSelf ? 1 : 0) + (screen ? 1 : 0);
  const large = view.value === 'enlarged' ? (screen ? 'screen' : main.value) : null;
  // One of two in the corner of the other: oneself, or whoever shares.
  const isPair = count === 2 && (showsSelf || Boolean(screen));
  const place = (id: string) =>
    large && count > 1 && !isPair ? (id === large ? styles.main : styles.small) : undefined;
  return (
    <ul class={`${styles.tiles} ${layoutOf(count, isPair, large !== null)}`} data-count={count}>
      {screen && sharer.value && (
        <Screen
          key="screen"
          track={screen}
          sharer={sharer.value}
          interview={interview}
          className={place('screen')}
        />
      )}
      {others.map((peer) => (
        <Other key={peer.id} peer={peer} interview={interview} call={call} className={place(peer.id)} />
      ))}
      {showsSelf && <Self key="self" interview={interview} className={place('self')} />}
    </ul>
  );
}

type OtherProps = TilesProps & { peer: PeerInfo; className: string | undefined };

function Other({ peer, interview, call, className }: OtherProps) {
  const media = interview.media.remote.value.get(peer.id);
  const ring = useCallback((element: Element) => call.speaker.ring(peer.id, element), [peer.id, call]);
  const followVideo = useCallback(
    (video: HTMLVideoElement) => call.capture.follow(peer.id, video),
    [peer.id, call],
  );
  const fit = useMemo(createPictureFit, []);
  return (
    <Tile
      {...peer}
      name={shownName(peer, interview.interviewer.entry.value)}
      peerId={peer.id}
      held={peer.state === 'held'}
      video={media?.video ?? null}
      audio={media?.audio ?? null}
      className={className}
      ring={ring}
      followVideo={followVideo}
      fit={fit}
      onEnlarge={() => call.stage.enlarge(peer.id)}
    >
      {className !== styles.small && (
        <PersonActions peer={peer} interview={interview} call={call} fit={fit} />
      )}
    </Tile>
  );
}

function Self({ interview, className }: { interview: Interview; className: string | undefined }) {
  const { seat, own, effects } = interview;
  return (
    <Tile
      own
      name={seat.name.value.trim()}
      company={seat.company.value.trim()}
      video={effects.camera.value}
      {...own.sending.value}
      unsent={own.unsent.value}
      handRaised={own.handRaised.value}
      sharing={own.screenTrack.value !== null}
      className={className}
    />
  );
}

type ScreenProps = {
  track: MediaStreamTrack;
  sharer: PeerInfo;
  interview: Interview;
  className: string | undefined;
};

/** A shared screen, whole, with the camera of who shares it at its top right. */
function Screen({ track, sharer, interview, className }: ScreenProps) {
  const { sharing, tile } = callWords.value;
  const media = interview.media.remote.value.get(sharer.id);
  const camera = media?.video ?? null;
  const name = shownOrRole(sharer, interview.interviewer.entry.value);
  return (
    <li class={`${styles.screen} ${className ?? ''}`}>
      {/* Whole: what is shared is to be read. */}
      <Video
        video={track}
        audio={media?.screenSound ?? null}
        label={sharing.title(name)}
        className={styles.picture}
        fit="whole"
      />
      {camera && sharer.camera && <Video video={camera} label={tile(name)} className={styles.sharer} />}
      <span class={styles.caption}>{sharing.title(name)}</span>
    </li>
  );
}

function layoutOf(count: number, isPair: boolean, enlarged: boolean): string | undefined {
  if (count === 1) return styles.alone;
  if (!enlarged) return styles.many;
  return isPair ? styles.pair : styles.enlarged;
}
