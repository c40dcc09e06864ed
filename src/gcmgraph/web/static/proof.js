// Proofs of statements: a click on a value opens its proof in place, Escape closes it. Without this script the
// words "source", "editor's judgement" … open it, and each proof links to the document.

const VALUES = "dd > .value, .said-text > .value";
const proofOf = (value) => value.parentElement?.querySelector(":scope > details.proof");

document.addEventListener("click", (event) => {
  const value = event.target.closest(VALUES);
  if (!value || event.target.closest("a, button, summary") || String(getSelection())) return;
  const proof = proofOf(value);
  if (proof) proof.open = !proof.open;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const within = event.target.closest?.("details.proof[open]");
  const proof = within ?? document.querySelector("details.proof[open]");
  if (!proof) return;
  proof.open = false;
  proof.querySelector("summary").focus();
});

// what can be clicked looks so
for (const value of document.querySelectorAll(VALUES)) {
  if (proofOf(value)) value.classList.add("provable");
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
