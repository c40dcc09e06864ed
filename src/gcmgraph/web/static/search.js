// Search as you type: the header's search field becomes a combobox with a list of suggestions
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without this script the field is a plain form.

const DELAY = 160; // milliseconds without a key before we ask
const LIMIT = 8; // suggestions at a time

/** Whether a text is long enough to ask for: one letter says much in Chinese, little in Latin script. */
function worthAsking(text) {
  return text.length > 1 || /[^\p{Script=Latin}\p{Script=Cyrillic}\p{P}\p{Z}]/u.test(text);
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter(Boolean));
  return made;
}

/** A text in a language, marked as such. */
function inLanguage(text, language, className) {
  const span = element("span", { className, textContent: text, dir: "auto" });
  if (language) span.lang = language;
  return span;
}

function option(result, id) {
  const { label, match, notation, kind_name: kind } = result;
  const code = notation && notation !== label.text ? element("span", { className: "code", textContent: notation }) : null;
  const other = match.text !== label.text && match.text !== notation;
  const item = element(
    "li",
    { id },
    element("span", { className: "kicker", textContent: kind }),
    element("span", { className: "found" }, code, code ? " " : null, inLanguage(label.text, label.language, "name")),
    other ? inLanguage(match.text, match.language, "match") : null,
  );
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
}

class Suggestions {
  constructor(form, id, words) {
    this.form = form;
    this.id = id;
    this.words = words;
    this.input = form.querySelector("input[type=search]");
    // a copy of the site as files has the names in a file
    this.names = form.dataset.names && new URL(form.dataset.names, location).href;
    this.language = form.querySelector("input[name=lang]")?.value ?? null;
    this.plural = new Intl.PluralRules(document.documentElement.lang);
    this.list = element("ul", { id, hidden: true, className: "suggestions" });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.words.list);
    this.status = element("div", { className: "hidden" });
    this.status.setAttribute("role", "status");
    this.results = [];
    this.active = -1;
    this.request = null;
    this.timer = 0;
    for (const [name, value] of Object.entries({
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": id, autocapitalize: "off", spellcheck: "false",
    })) this.input.setAttribute(name, value);
    form.classList.add("suggesting");
    form.append(this.list, this.status);
    this.input.addEventListener("input", (event) => event.isComposing || this.typed());
    this.input.addEventListener("compositionend", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("focus", () => this.results.length && this.input.value.trim() === this.asked && this.open());
    // the field must keep the focus until the click has come
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose([...this.list.children].indexOf(item));
    });
  }

  typed() {
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (!worthAsking(text)) {
      this.request?.abort();
      this.results = [];
      this.status.textContent = "";
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(text), DELAY);
  }

  async ask(text) {
    this.request?.abort();
    const request = (this.request = new AbortController());
    const parameters = new URLSearchParams({ q: text, limit: String(LIMIT), lang: document.documentElement.lang });
    try {
      if (this.names) {
        const { searchNames } = await import("./names.js");
        const results = await searchNames(this.names, text, LIMIT, document.documentElement.lang);
        return request.signal.aborted ? undefined : this.show(text, results);
      }
      const response = await fetch(`${this.form.action}/suggest?${parameters}`, { signal: request.signal });
      if (!response.ok) return this.close();
      this.show(text, (await response.json()).results);
    } catch {
      if (!request.signal.aborted) this.close(); // the network is away: the plain form is still there
    }
  }

  show(text, results) {
    this.asked = text;
    this.results = results;
    this.active = -1;
    const items = results.map((result, number) => option(result, `${this.id}-${number}`));
    if (items.length) items.push(this.everything(items.length));
    this.list.replaceChildren(...items);
    const forms = this.words.found;
    const form = forms[this.plural.select(results.length)] ?? forms.other;
    this.status.textContent = results.length ? form.replace("{num}", results.length) : this.words.none;
    if (document.activeElement === this.input && results.length) this.open();
    else this.close();
  }

  everything(number) {
    const item = element("li", { id: `${this.id}-${number}`, className: "everything", textContent: this.words.all });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    return item;
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(number) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const item = this.list.children[number];
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  choose(number) {
    const result = this.results[number];
    if (!result) return this.form.requestSubmit();
    if (this.names) return location.assign(result.href);
    const [path, fragment] = result.href.split("#");
    location.assign(path + (this.language ? `?lang=${this.language}` : "") + (fragment ? `#${fragment}` : ""));
  }

  pressed(event) {
    if (event.isComposing) return; // the keys belong to the input method
    const count = this.list.children.length;
    const opened = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // one place more than there are items: the field itself
      const next = opened ? ((this.active + 1 + step + count + 1) % (count + 1)) - 1 : step > 0 ? 0 : count - 1;
      this.open();
      this.mark(next);
    } else if (event.key === "Enter" && opened && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && opened) {
      event.preventDefault(); // the first closes the list, the next empties the field
      this.close();
    }
  }
}

// the header's form has the words for all
const words = JSON.parse(document.querySelector("form[data-suggest]").dataset.suggest);
document.querySelectorAll("form[role=search]").forEach((form, n) => new Suggestions(form, `suggestions-${n}`, words));
