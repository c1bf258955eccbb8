// Comes with the page of `npm run dev` alone: reloads it when it was built anew. It asks, as a server that is restarted
// tells nobody anything.
{
  const EVERY_MS = 200;
  const { build } = document.currentScript.dataset;

  const reload = () => {
    // A call asks before it is left.
    addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), { capture: true });
    location.reload();
  };
  const look = async () => {
    const answer = await fetch('/', { cache: 'no-store' }).catch(() => null);
    if (answer?.ok && !(await answer.text()).includes(build)) return reload();
    setTimeout(look, EVERY_MS);
  };
  look();
}
