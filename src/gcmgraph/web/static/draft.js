// A draft of a form of contributions: what is written is stored in this browser, and put back when the form is opened
// again. Never the token, and no files. Without this script, or where the browser refuses storage, the form is as it is.

const PREFIX = "gcmgraph.draft.";
const DAYS = 30; // an older draft is forgotten
const DELAY = 400; // milliseconds without a key before the draft is written

const storage = () => {
  try {
    return window.localStorage;
  } catch {
    return null; // refused by the browser's settings
  }
};

const kept = (field) => field.name && field.name !== "token" && !["password", "hidden", "file", "submit"].includes(field.type);
const fieldsOf = (form) => [...form.elements].filter((field) => field.matches("input, textarea, select") && kept(field));
const initial = (field) =>
  field.tagName === "SELECT"
    ? ([...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "")
    : field.defaultValue;

const read = (key) => {
  try {
    const draft = JSON.parse(storage()?.getItem(key) ?? "null");
    const fresh = draft && Date.now() - draft.at < DAYS * 86_400_000;
    return fresh && Array.isArray(draft.values) ? draft.values : null;
  } catch {
    return null;
  }
};

const forget = (key) => {
  try {
    storage()?.removeItem(key);
  } catch {
    // nothing is stored then
  }
};

const write = (form, key) => {
  // the same name may have several inputs: their order tells them apart
  const fields = fieldsOf(form);
  const values = fields.map((field) => [field.name, field.value]);
  if (!fields.some((field) => field.value !== initial(field) || (field.defaultValue ?? "").trim())) return forget(key);
  try {
    storage()?.setItem(key, JSON.stringify({ at: Date.now(), values }));
  } catch {
    // the storage is full: the form works on without a draft
  }
};

const restore = (form, values) => {
  const left = new Map();
  for (const [name, value] of values) left.set(name, [...(left.get(name) ?? []), value]);
  let changed = false;
  for (const field of fieldsOf(form)) {
    const value = left.get(field.name)?.shift();
    if (typeof value !== "string" || value === field.value) continue;
    if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) continue;
    field.value = value;
    if (value) field.closest("details")?.setAttribute("open", "");
    changed = true;
  }
  return changed;
};

for (const sent of document.querySelectorAll("[data-draft-sent]")) forget(PREFIX + sent.dataset.draftSent);

for (const form of document.querySelectorAll("form[data-draft]")) {
  if (!storage()) break;
  const key = PREFIX + form.dataset.draft;
  const note = form.querySelector("[data-draft-note]");
  const untouched = fieldsOf(form).every((field) => field.tagName === "SELECT" || !field.defaultValue);
  const values = read(key);
  note.hidden = false;
  // a form that the server gave back has what was sent: that is newer than the draft
  if (values && untouched && restore(form, values)) note.querySelector("[data-draft-restored]").hidden = false;
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => write(form, key), DELAY);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  addEventListener("pagehide", () => timer && write(form, key));
  note.querySelector("[data-draft-clear]").addEventListener("click", () => {
    clearTimeout(timer);
    timer = undefined;
    forget(key);
    for (const field of fieldsOf(form)) field.value = initial(field);
    note.querySelector("[data-draft-restored]").hidden = true;
  });
}
