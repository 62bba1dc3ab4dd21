// Loaded before the page is drawn: a form that is sent before the other scripts are there waits for them (desk.js). The browser itself would
// make an address of it, which sends nothing and shows what the form holds.
window.sentEarly = new Set();
document.addEventListener("submit", (event) => {
  if (!window.sentEarly || !event.target.dataset.post) return;
  event.preventDefault();
  window.sentEarly.add(event.target);
});
