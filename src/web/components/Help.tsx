import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { NetworkNeed } from '../../protocol/network.ts';
import { page } from '../browser/page.ts';
import { type ShortcutName, shortcuts } from '../browser/shortcuts.ts';
import { helpWords } from '../i18n/help/index.ts';
import { language, words } from '../i18n/language.ts';
import { loadNetworkNeeds, networkNeeds } from '../models/network.ts';
import { helpPictures, pictureSize, type Step } from '../pictures/index.ts';
import styles from './Help.module.css';
import { needText } from './networkText.ts';

/** What to do when something does not work, what is recommended, and what to ask a company's network for. */
export function Help({ token }: { token: string | null }) {
  return (
    <div class={styles.help}>
      <Questions />
      <Flow />
      <Environment />
      <Network token={token} />
      <Shortcuts />
    </div>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Flow() {
  const { title, steps } = helpWords.value.flow;
  const shown = helpPictures[language.value];
  return (
    <Section title={title}>
      <ol class={styles.flow}>
        {(Object.keys(steps) as Step[]).map((step) => (
          <li key={step}>
            <strong>{steps[step].title}</strong>
            <p>{steps[step].text}</p>
            <img src={shown[step]} alt="" loading="lazy" {...pictureSize(step)} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Questions() {
  const { title, items } = helpWords.value.questions;
  return (
    <Section title={title}>
      {items.map(({ question, answers }) => (
        <details key={question}>
          <summary>{question}</summary>
          <ul>
            {answers.map((answer) => (
              <li key={answer}>{answer}</li>
            ))}
          </ul>
        </details>
      ))}
    </Section>
  );
}

function Environment() {
  const { title, columns, rows, notes } = helpWords.value.environment;
  return (
    <Section title={title}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([device, browser, system]) => (
            <tr key={device}>
              <th scope="row">{device}</th>
              <td>{browser}</td>
              <td>{system}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </Section>
  );
}

/** What this server needs; without a link there is none to ask for it. */
function Network({ token }: { token: string | null }) {
  const { title, lead, proxy, server } = helpWords.value.network;
  useEffect(() => {
    if (token) void loadNetworkNeeds(token);
  }, [token]);
  return (
    <Section title={title}>
      <p>{lead}</p>
      <ul>
        {networkNeeds.value?.map((need) => <li key={needText(need)}>{whatFor(need)}</li>) ?? (
          <li>{words.value.network.unknown}</li>
        )}
        <li>{server(page.host())}</li>
      </ul>
      <p>{proxy}</p>
    </Section>
  );
}

function whatFor(need: NetworkNeed): string {
  const { need: told, carries } = helpWords.value.network;
  const what = need.carries === 'media' ? carries.media[need.protocol] : carries[need.carries];
  return told(needText(need), what);
}

function Shortcuts() {
  const { title, lead, names } = helpWords.value.shortcuts;
  return (
    <Section title={title}>
      <p>{lead}</p>
      <dl>
        {(Object.keys(shortcuts) as ShortcutName[]).map((name) => (
          <div key={name}>
            <dt>
              <kbd>{shortcuts[name].key}</kbd>
            </dt>
            <dd>{names[name]}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
