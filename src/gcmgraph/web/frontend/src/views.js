// A result as a table or a picture, by choice; a picture can be taken along as SVG or PNG.

import { asPng, asSvg, columnsOf, pictures } from "./pictures.js";

/** Buttons for the views of a result, and the chosen one: `table` (elements) or one of its pictures. */
export function views(results, table, text, site) {
  const columns = columnsOf(results);
  let drawn = pictures(results, text, columns);
  if (!Object.keys(drawn).length) return table;
  const place = document.createElement("div");
  const choices = document.createElement("p");
  choices.className = "tools";
  const names = ["table", ...Object.keys(drawn)];
  const choose = (name) => {
    for (const button of choices.children) button.setAttribute("aria-pressed", String(button.value === name));
    place.replaceChildren(...(name === "table" ? table : [...selects(name), ...pictured(drawn[name]())]));
  };
  /** The choice of the columns that a chart shows, where there is one. */
  const selects = (name) => {
    const box = document.createElement("p");
    box.className = "tools";
    for (const kind of { bars: ["names", "numbers"], line: ["names", "numbers"], map: ["numbers"] }[name] ?? []) {
      if (columns[kind].length < 2) continue;
      const menu = document.createElement("select");
      menu.name = kind;
      menu.append(...columns[kind].map((column) => new Option(column, column, false, column === columns.chosen[kind])));
      menu.addEventListener("change", () => {
        columns.chosen[kind] = menu.value;
        drawn = pictures(results, text, columns);
        choose(name);
        place.querySelector(`select[name=${kind}]`).focus();
      });
      const label = document.createElement("label");
      label.append(site.words[kind], " ", menu);
      box.append(label);
    }
    return box.children.length ? [box] : [];
  };
  for (const name of names) {
    const button = Object.assign(document.createElement("button"), { type: "button", value: name, textContent: site.words[name] });
    button.addEventListener("click", () => choose(name));
    choices.append(button);
  }
  choose("table");
  return [choices, place];
}

function pictured(svg) {
  const save = (name, make) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.addEventListener("click", async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await make(svg));
      link.download = `answer.${name.toLowerCase()}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
    return button;
  };
  const buttons = document.createElement("p");
  buttons.className = "tools";
  buttons.append(save("SVG", asSvg), save("PNG", asPng));
  const figure = document.createElement("figure");
  figure.className = "picture";
  figure.tabIndex = 0; // it scrolls on a narrow screen
  figure.append(svg);
  return [figure, buttons];
}
