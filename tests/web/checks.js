// Checks of an open page by browser tests; each returns a list of what is wrong, so far as nothing else is said.

/** What axe-core finds. It leaves out the contrast of a text that is narrower than its letters, one by one: the name of
 * an icon, drawn as one sign. So are Arabic words, and then it draws every text of the page to compare. Our fonts have
 * no icons. */
function runAxe(rules, contrast, done) {
  CanvasRenderingContext2D.prototype.measureText = text => ({width: 30 * text.length});
  axe.run({runOnly: rules, rules: {"color-contrast": {enabled: contrast}}, resultTypes: ["violations"]}).then(
    ({violations}) => done(violations.map(({id, impact, nodes}) =>
      `${impact}: ${id}\n` + nodes.map(node => `  ${node.html.slice(0, 200)}\n  ${node.failureSummary}`).join("\n"))),
    error => done([String(error)]));
}

/** Opens all that is closed, at once: without their name, opening one does not close another. */
function unfold() {
  document.querySelectorAll("details").forEach(details => { details.name = ""; details.open = true; });
}

/** What stands out of the page at its end, and how far, where the page is wider than the window. */
function tooWide() {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const boxes = [...document.body.querySelectorAll("*")].map(element => [element, element.getBoundingClientRect()]);
  const out = boxes.filter(([, {left, right}]) => left < -1 || right > root.clientWidth + 1);
  return [`${root.scrollWidth} wide`, ...out.slice(0, 5).map(([element]) => element.outerHTML.slice(0, 160))];
}

/** Elements whose text is larger than their box and cannot be scrolled to; not what only screen readers read (1 px). */
function cut() {
  return [...document.body.querySelectorAll("*")].filter(element => {
    const {overflowX, overflowY} = getComputedStyle(element);
    return element.clientWidth > 1 && (
        (overflowX == "hidden" && element.scrollWidth > element.clientWidth + 1)
        || (overflowY == "hidden" && element.scrollHeight > element.clientHeight + 1));
  }).map(element => element.outerHTML.slice(0, 160));
}

/** Words of table headings that stand on more than one line. */
function broken() {
  return [...document.querySelectorAll("th")].flatMap(heading => {
    const broken = [], texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode())
      for (const word of text.data.matchAll(/[^\s-]+/g)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(line => line.top)).size > 1) broken.push(word[0]);
      }
    return broken;
  });
}

/** Inputs of a form without a name, or that refer to an element that is not there. */
function lost() {
  const inputs = [...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea")];
  const named = one => one.getAttribute("aria-label") || one.labels.length;
  const told = one => (one.getAttribute("aria-describedby") || "").split(" ");
  const refers = one => [...told(one), one.getAttribute("list")];
  return inputs.filter(one => !named(one) || refers(one).some(id => id && !document.getElementById(id)))
    .map(one => one.outerHTML);
}

/** How many elements can be reached with Tab; they are stored in the order of the page. */
function reachable() {
  const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  window.reachable = [...document.querySelectorAll(usable)].filter(e => e.checkVisibility() && !e.disabled);
  return window.reachable.length;
}

/** Notes after each key press where the focus is: its place among what can be reached (-1: the page itself), its mark,
 * and whether it is in view. */
function noteFocus() {
  const focus = element => {
    if (!element || element == document.body) return [-1];
    const style = getComputedStyle(element);
    const clear = "rgba(0, 0, 0, 0)";
    let behind = element, ground = clear;
    while (ground == clear && (behind = behind.parentElement)) ground = getComputedStyle(behind).backgroundColor;
    const {left, right, top, bottom} = element.getBoundingClientRect();
    const seen = right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
    return [window.reachable.indexOf(element), style.outlineStyle, parseFloat(style.outlineWidth), style.outlineColor,
            ground, seen, element.outerHTML.slice(0, 120)];
  };
  window.noted = [];
  addEventListener("keyup", () => window.noted.push(focus(document.activeElement)), true);
}

/** How many elements move for longer than a glance, among them one that is added and would. */
function moving() {
  document.body.insertAdjacentHTML("beforeend", "<p id='moving'></p>");
  const style = document.getElementById("moving").style;
  style.transition = "color 3s"; style.animation = "any 3s infinite";
  const moves = ({transitionDuration, animationName, animationDuration, scrollBehavior}) =>
    parseFloat(transitionDuration) > 0.01 || scrollBehavior == "smooth"
    || (animationName != "none" && parseFloat(animationDuration) > 0.01);
  return [...document.querySelectorAll("*")].map(element => getComputedStyle(element)).filter(moves).length;
}
