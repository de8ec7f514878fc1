// data-select-all="name": a check box that ticks all check boxes of that name, and shows when only some are ticked.
for (const all of document.querySelectorAll("[data-select-all]")) {
  const boxes = () => [...document.getElementsByName(all.dataset.selectAll)];
  const reflect = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.hidden = false;
  all.addEventListener("change", () => boxes().forEach((box) => (box.checked = all.checked)));
  document.addEventListener("change", (event) => {
    if (event.target.name === all.dataset.selectAll) reflect();
  });
  reflect();
}
