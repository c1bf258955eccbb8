import { Layout } from '../components/Layout.tsx';
import { useLate } from '../components/useLate.ts';
import type { Interview } from '../models/interview.ts';
import { loadEarly } from '../parts.ts';

/** For who comes before the room opens; it is fetched by those alone. */
export function EarlyScreen({ interview }: { interview: Interview }) {
  const late = useLate(loadEarly);
  return (
    <Layout interview={interview} memory={interview.memory} narrow>
      {late && <late.Early interview={interview} />}
    </Layout>
  );
}

/** What follows their environment check. */
export function EarlyCheckActions({ interview }: { interview: Interview }) {
  const late = useLate(loadEarly);
  return late && <late.EarlyActions interview={interview} />;
}
