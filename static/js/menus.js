// Menus made of <details> in the head of the site: Escape and a click elsewhere close them, one is open at a time.
const menus = [...document.querySelectorAll(".site-header__choice")];

function closeOthers(kept) {
  for (const menu of menus) if (menu !== kept) menu.open = false;
}

document.addEventListener("click", (event) => closeOthers(event.target.closest(".site-header__choice")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = menus.find((menu) => menu.open);
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
