// Evidence of statements: a click on a value opens its evidence in place, Escape closes it. Without this script the
// words "source", "editor's judgement" … open it, and all evidence links to the document.

const VALUES = "dd > .value, .said-text > .value";
const evidenceOf = (value) => value.parentElement?.querySelector(":scope > details.evidence-details");

document.addEventListener("click", (event) => {
  const value = event.target.closest(VALUES);
  if (!value || event.target.closest("a, button, summary") || String(getSelection())) return;
  const evidence = evidenceOf(value);
  if (evidence) evidence.open = !evidence.open;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const within = event.target.closest?.("details.evidence-details[open]");
  const evidence = within ?? document.querySelector("details.evidence-details[open]");
  if (!evidence) return;
  evidence.open = false;
  evidence.querySelector("summary").focus();
});

// what can be clicked looks so
for (const value of document.querySelectorAll(VALUES)) {
  if (evidenceOf(value)) value.classList.add("with-evidence");
}

// an address of a part leads into what is folded
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const closed = [];
  for (let e = target; e; e = e.parentElement) if (e.matches("details:not([open])")) closed.push(e);
  for (const details of closed) details.open = true;
  if (closed.length) target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
