// The page of a source document: pointing at words or at what was read from them lights up the other, and so does
// a passage named in the address. Without this script, links with ?statement= mark the words on the server.

const text = document.querySelector(".passages");
const names = (element, attribute) => (element.getAttribute(attribute) ?? "").split(" ").filter(Boolean);

const light = (wanted, where) => {
  for (const lit of text.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!wanted.length) return;
  for (const piece of where.querySelectorAll("[data-in]")) {
    if (names(piece, "data-in").some((name) => wanted.includes(name))) piece.classList.add("lit");
  }
  for (const reading of where.querySelectorAll("[data-of]")) {
    if (names(reading, "data-of").some((name) => wanted.includes(name))) reading.classList.add("lit");
  }
};

const pointed = (target) => {
  const block = target.closest?.(".passages > li");
  if (!block) return light([], text);
  const reading = target.closest("[data-of]");
  if (reading) return light(names(reading, "data-of"), block);
  // the smallest quotation around these words; a block as a whole says nothing of them in particular
  const piece = target.closest("[data-in].quoted");
  light(piece ? names(piece, "data-in").slice(0, 1) : [], block);
};

const named = () => {
  if (text.querySelector("mark")) return light([], text); // the server marked what was asked for
  const found = /^#passage-(\d+-\d+)$/.exec(location.hash);
  const anchor = found && document.getElementById(location.hash.slice(1));
  if (anchor) light([found[1]], anchor.closest(".passages > li") ?? text);
};

if (text) {
  text.addEventListener("mouseover", (event) => pointed(event.target));
  text.addEventListener("focusin", (event) => pointed(event.target));
  text.addEventListener("mouseleave", named);
  addEventListener("hashchange", named);
  named();
}
