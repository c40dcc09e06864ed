// CodeMirror in a shadow root: there its styles are adopted style sheets, which a policy without inline styles
// allows (in a document it would insert a <style> element). Tab moves on, as in any form.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { byLabel, completions } from "./completion.js";

const theme = EditorView.theme({
  "&": { border: "1px solid var(--border)", borderRadius: "0.4rem", background: "var(--paper)", color: "var(--ink)", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "2px" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
    lineHeight: "1.45",
    minHeight: "16rem",
    maxHeight: "70vh",
  },
  ".cm-gutters": { background: "var(--wash)", color: "var(--soft)", border: "0" },
  ".cm-activeLine": { background: "var(--wash)" },
  ".cm-tooltip": { border: "1px solid var(--border)", background: "var(--paper)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--fill)", color: "#fff" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", opacity: "0.85" },
  ".cm-completionInfo": { maxWidth: "24rem" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--link)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool], color: "var(--code-number)" },
  { tag: [tags.url, tags.namespace, tags.link], color: "var(--code-address)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
]);

/** An editor in place of a text area, whose value it keeps up to date. */
export function codeEditor(area, { label, prefixes, terms, things, properties, run, typed }) {
  const host = document.createElement("div");
  host.className = "editor";
  area.before(host);
  area.hidden = true;
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        indentUnit.of("  "),
        EditorView.lineWrapping,
        sparql(),
        syntaxHighlighting(colours),
        autocompletion({ override: [completions(prefixes, terms, things, properties), byLabel(terms, properties)], icons: false }),
        lintGutter(),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          typed(area.value);
        }),
        theme,
      ],
    }),
  });
  document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => view.focus());

  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
    },
    /** Show an error at its line and column (both from 1; the column may be missing), or none. */
    mark(error) {
      if (!error?.line || error.line > view.state.doc.lines) {
        view.dispatch(setDiagnostics(view.state, []));
        return;
      }
      const line = view.state.doc.line(error.line);
      const column = Math.min(Math.max((error.column ?? 1) - 1, 0), line.length);
      const rest = /^[\w:.?$-]+|^./.exec(line.text.slice(column));
      const from = rest ? line.from + column : Math.max(line.from, line.from + column - 1);
      const to = rest ? from + rest[0].length : line.to;
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message: error.message }]), {
        selection: { anchor: from },
        scrollIntoView: true,
      });
    },
  };
}
