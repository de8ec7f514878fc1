// data-theme-switch: a button that goes from the device's theme to light, to dark and back.
// The choice is kept in a cookie, so that the server writes it into the page before anything is drawn.
const button = document.querySelector("[data-theme-switch]");
const root = document.documentElement;
const secure = location.protocol === "https:";
const cookie = secure ? "__Host-theme" : "theme";
const order = ["auto", "light", "dark"];

function show(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  button.querySelector("[data-theme-name]").textContent = button.dataset[theme];
}

if (button) {
  show(root.dataset.theme || "auto");
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = order[(order.indexOf(root.dataset.theme || "auto") + 1) % order.length];
    show(theme);
    const age = theme === "auto" ? 0 : 31536000;
    document.cookie = `${cookie}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure ? "; Secure" : ""}`;
  });
}
