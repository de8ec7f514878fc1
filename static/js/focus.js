// data-focus: what a reader has to know first, such as the list of what has to be put right.
document.querySelector("[data-focus]")?.focus();
