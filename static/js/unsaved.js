// data-unsaved: a form that was written in does not get lost by leaving the page unawares.
const written = new Set();

function leaving(event) {
  event.preventDefault();
}

function watch() {
  if (written.size) addEventListener("beforeunload", leaving);
  else removeEventListener("beforeunload", leaving);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || !form.hasAttribute("data-unsaved")) return;
  written.add(form);
  watch();
});

document.addEventListener("submit", (event) => {
  written.delete(event.target);
  watch();
});
