// Loaded before the page is drawn: what is pressed or chosen before the other scripts are there waits for them (desk.js). The browser itself
// would make an address of a form, which sends nothing and shows what the form holds; and what is chosen would only look as if it had been sent.
window.early = new Map();
for (const kind of ["submit", "change"]) {
  document.addEventListener(kind, (event) => {
    if (!window.early) return;
    if (event.target.dataset.post) event.preventDefault();
    window.early.set(event.target, event);
  });
}
