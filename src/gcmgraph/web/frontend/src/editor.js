// The query page with a script: an editor in place of the text area, answers without reloading, and ways to take
// them along. All it needs stands in the page; where this script is missing, the page works as a plain form.

import { codeEditor } from "./code.js";
import { properties } from "./classes.js";
import { compressed, vocabulary } from "./completion.js";
import { snippet } from "./copy.js";
import { formatted } from "./format.js";
import { permalink } from "./permalink.js";
import { withPrefixes } from "./prefixes.js";
import { ask } from "./run.js";
import { show, showMessage, showProblem } from "./results.js";
import { tabs } from "./tabs.js";
import { things } from "./things.js";

/** Milliseconds after which the box with what was copied closes; one that was not copied stays. */
const CLOSES_AFTER = 8000;

const form = document.querySelector("form[data-editor]");
if (form) start(form);

function start(form) {
  const site = JSON.parse(form.dataset.editor);
  const area = form.querySelector("textarea");
  const answer = document.getElementById("result");
  const format = form.querySelector("[name=format]");
  const terms = vocabulary(site);

  let kept = null;
  const editor = codeEditor(area, {
    label: site.words.query,
    prefixes: site.prefixes,
    terms,
    things: things(site),
    properties: properties(site, (iri) => compressed(iri, site.prefixes)),
    run,
    typed: (query) => kept?.typed(query),
  });
  kept = tabs(document.getElementById("tabs"), editor, site, area.value);
  for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
  for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;

  const refused = answer.querySelector("[data-line]");
  if (refused) editor.mark({ line: Number(refused.dataset.line), column: Number(refused.dataset.column), message: refused.innerText });

  form.addEventListener("submit", (event) => {
    if (format.value !== "html") return; // the browser fetches a file
    event.preventDefault();
    run();
  });

  let running = null;

  async function run() {
    running?.abort();
    running = new AbortController();
    const query = editor.text();
    editor.mark(null);
    showMessage(answer, site.words.running);
    history.replaceState(null, "", permalink(site, query));
    try {
      const outcome = await ask(site, query, running.signal);
      if (outcome.problem) {
        showProblem(answer, outcome.problem, site);
        editor.mark({ line: outcome.problem.line, column: outcome.problem.column, message: outcome.problem.detail });
      } else {
        show(answer, outcome, query, site);
      }
    } catch (error) {
      if (error.name === "AbortError") return; // a newer run took its place
      showProblem(answer, { detail: site.words.unreachable }, site);
    }
  }

  const examples = document.getElementById("examples-menu");
  for (const link of document.querySelectorAll("#examples a")) {
    examples.append(new Option(link.textContent, new URL(link.href).searchParams.get("query")));
  }
  examples.addEventListener("change", () => {
    if (!examples.value) return;
    editor.replace(examples.value);
    examples.selectedIndex = 0;
    editor.focus();
  });

  document.getElementById("add-prefixes").addEventListener("click", () => {
    editor.replace(withPrefixes(editor.text(), site.prefixes));
    editor.focus();
  });

  document.getElementById("format-query").addEventListener("click", () => {
    editor.replace(formatted(editor.text()));
    editor.focus();
  });

  const panel = document.getElementById("copied");
  let closing = null;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      clearTimeout(closing);
      const text = snippet(button.dataset.copy, editor.text(), site);
      panel.querySelector("pre").textContent = text;
      panel.hidden = false;
      const status = panel.querySelector("[role=status]");
      try {
        await navigator.clipboard.writeText(text);
        status.textContent = site.words.copied;
        clearTimeout(closing);
        closing = setTimeout(() => (panel.hidden = true), CLOSES_AFTER);
      } catch {
        status.textContent = site.words.select; // no clipboard without https, or not allowed
      }
    });
  }
}
