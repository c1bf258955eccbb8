// Comes with the page of `npm run dev` alone: reloads it when it was built anew. It asks, as a server that is restarted
// tells nobody anything.
{
  const EVERY_MS = 200;
  const { build } = document.currentScript.dataset;

  const look = async () => {
    const answer = await fetch('/', { cache: 'no-store' }).catch(() => null);
    if (answer?.ok && !(await answer.text()).includes(build)) return location.reload();
    setTimeout(look, EVERY_MS);
  };
  look();
}
