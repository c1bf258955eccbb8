import type { ComponentChildren } from 'preact';
import { page } from '../browser/page.ts';
import { type ShortcutName, shortcuts } from '../browser/shortcuts.ts';
import { helpWords } from '../i18n/help/index.ts';
import { language } from '../i18n/language.ts';
import { helpPictures, pictureSize, type Step } from '../pictures/index.ts';
import styles from './Help.module.css';

/** What to do when something does not work, what is recommended, and what to ask a company's network for. */
export function Help() {
  return (
    <div class={styles.help}>
      <Questions />
      <Flow />
      <Environment />
      <Network />
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

function Network() {
  const { title, lead, ports, proxy, server } = helpWords.value.network;
  return (
    <Section title={title}>
      <p>{lead}</p>
      <ul>
        {ports.map((port) => (
          <li key={port}>{port}</li>
        ))}
        <li>{server(page.host())}</li>
      </ul>
      <p>{proxy}</p>
    </Section>
  );
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
