// data-progress="address": long work. The part is fetched again until the server no longer marks it as running;
// when its data-progress-step changes meanwhile, the whole page is.
const pause = 2000;

function later(part, wait) {
  setTimeout(() => refresh(part, wait), wait);
}

async function refresh(part, wait) {
  if (!part.isConnected) return;
  if (document.hidden) return later(part, wait);
  let next = null;
  try {
    const answer = await fetch(part.dataset.progress, {
      headers: { "X-Fragment": "progress" },
      credentials: "same-origin",
    });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      next = page.getElementById(part.id);
    }
  } catch {
    next = null;
  }
  if (!next) return later(part, Math.min(wait * 2, 30000));
  // Something to look at has come: it stands outside of this part.
  if (next.dataset.progressStep !== part.dataset.progressStep) return location.reload();
  part.replaceWith(next);
  if (next.dataset.progress) later(next, pause);
  // The rest of the page speaks of work that is over now, and offers what comes after it.
  else location.reload();
}

for (const part of document.querySelectorAll("[data-progress]:not([data-specimen] *)")) later(part, pause);
