/** @jsxImportSource react */
import { Spinner } from '@inkjs/ui';
import { Box, render, Static, Text, useApp } from 'ink';
import { useEffect, useState } from 'react';
import { runChecks } from '../check/run.ts';
import { LABEL, STATUS, statusNames } from '../check/text.ts';
import type { Check, Finding } from '../check/types.ts';
import { alarm } from './theme.ts';

/** Runs the checks on the screen: what was found, what runs, what comes. null: Ctrl+C ended it before. */
export async function showChecks(checks: Check[]): Promise<Finding[] | null> {
  const ending = new AbortController();
  let findings: Finding[] | null = null;
  const onDone = (found: Finding[]) => {
    if (!ending.signal.aborted) findings = found;
  };
  const view = <Checks checks={checks} signal={ending.signal} onDone={onDone} />;
  await render(view, { interactive: true }).waitUntilExit();
  ending.abort();
  return findings;
}

type Props = { checks: Check[]; signal: AbortSignal; onDone: (findings: Finding[]) => void };

function Checks({ checks, signal, onDone }: Props) {
  const { exit } = useApp();
  const [findings, setFindings] = useState<Finding[]>([]);

  useEffect(() => {
    const onFinding = (finding: Finding) => setFindings((before) => [...before, finding]);
    void runChecks(checks, { onFinding, signal }).then((all) => {
      onDone(all);
      exit();
    });
  }, [checks, signal, exit, onDone]);

  const [running, ...waiting] = checks.slice(findings.length);
  return (
    <Box flexDirection="column">
      <Static items={findings}>{(finding) => <Found key={finding.id} {...finding} />}</Static>
      {running && (
        <Box>
          <Box width={LABEL}>
            <Text>{running.label}</Text>
          </Box>
          <Spinner label="looking" />
        </Box>
      )}
      {waiting.length > 0 && <Text dimColor>{`${waiting.length} more`}</Text>}
    </Box>
  );
}

function Found({ label, status, text, remedy }: Finding) {
  const isGood = status === 'ok' || status === 'skipped';
  return (
    <Box>
      <Box width={LABEL} flexShrink={0}>
        <Text>{label}</Text>
      </Box>
      <Box width={STATUS} flexShrink={0}>
        <Text bold={!isGood} color={isGood ? undefined : alarm}>
          {statusNames[status]}
        </Text>
      </Box>
      <Box flexDirection="column" flexGrow={1}>
        <Text>{text}</Text>
        {remedy && <Text color={alarm}>{remedy}</Text>}
      </Box>
    </Box>
  );
}
