// data-focus: what a reader has to know first, such as the list of what has to be put right. Not on the style guide.
document.querySelector("[data-focus]:not([data-specimen] *)")?.focus();
