import { useEffect, useState } from 'preact/hooks';
import { loadAnew } from '../browser/stay.ts';
import { callWords } from '../i18n/call/index.ts';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { CloseButton } from './CloseButton.tsx';
import { Notice } from './Notice.tsx';
import styles from './SendingTrouble.module.css';

/** What of oneself the others do not get, although the line is there; what the page does about it, and what else can be done. */
export function SendingTrouble({ interview: { own, media } }: { interview: Interview }) {
  const { unsent } = callWords.value;
  const { tryAgain, reload } = words.value;
  const sources = own.unsent.value;
  // Closed, it comes again when something else fails, or the same once more.
  const [read, setRead] = useState('');
  const what = sources.join();
  useEffect(() => {
    if (what === '') setRead('');
  }, [what]);
  if (what === '' || what === read) return null;
  return (
    <div class={styles.trouble}>
      <Notice kind="warning" title={unsent.own(sources)}>
        <p>{unsent.hint}</p>
        <div class={styles.ways}>
          <Button kind="secondary" onClick={media.trySending}>
            {tryAgain}
          </Button>
          {sources.includes('camera') && (
            <Button kind="secondary" onClick={own.toggleCamera}>
              {unsent.withoutCamera}
            </Button>
          )}
          <Button kind="secondary" onClick={loadAnew}>
            {reload}
          </Button>
        </div>
      </Notice>
      <CloseButton size={20} onClick={() => setRead(what)} />
    </div>
  );
}
