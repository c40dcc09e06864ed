// A result as a table or a picture, by choice; a picture can be taken along as SVG or PNG.

import { asPng, asSvg, pictures } from "./pictures.js";

/** Buttons for the views of a result, and the chosen one: `table` (elements) or one of its pictures. */
export function views(results, table, text, site) {
  const drawn = pictures(results, text);
  if (!Object.keys(drawn).length) return table;
  const place = document.createElement("div");
  const choices = document.createElement("p");
  choices.className = "tools";
  const names = ["table", ...Object.keys(drawn)];
  const choose = (name) => {
    for (const button of choices.children) button.setAttribute("aria-pressed", String(button.value === name));
    place.replaceChildren(...(name === "table" ? table : pictured(drawn[name]())));
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
  figure.append(svg);
  return [figure, buttons];
}
