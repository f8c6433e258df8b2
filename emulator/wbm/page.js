// What a page does beside being read: it follows the phone, saves only what was changed, and filters its lists. Without it
// every page and form still works.
"use strict";

const body = document.body;
const phone = body.dataset.phone;
const base = phone ? `/phones/${encodeURIComponent(phone)}/` : "/";
const by_id = (id) => document.getElementById(id);

// HTML comes from our own server alone, which escapes what others said.
function element_of(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function banner(place, kind, text) {
  const p = document.createElement("p");
  p.className = `banner ${kind}`;
  p.setAttribute("role", kind === "bad" ? "alert" : "status");
  p.textContent = text;
  by_id(place)?.replaceChildren(p);
}

// ---- Lists and their filters

function passes(entry, text) {
  return entry.textContent.toLowerCase().includes(text);
}

function filter_of(list) {
  return document.querySelector(`[data-filters="${list}"]`)?.value.trim().toLowerCase() ?? "";
}

for (const field of document.querySelectorAll("[data-filters]")) {
  field.addEventListener("input", () => {
    const list = by_id(field.dataset.filters);
    const text = filter_of(field.dataset.filters);
    for (const entry of list.tBodies ? list.tBodies[0].rows : list.children) entry.hidden = !passes(entry, text);
  });
}

// ---- The settings

// A field's control, and what is said beside it.
function control_of(row) {
  return row.querySelector('[name^="v."]');
}

function held(control) {
  if (control.tagName !== "SELECT") return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? "";
}

function hold(control, value) {
  if (control.tagName !== "SELECT") {
    control.defaultValue = value;
    return;
  }
  for (const option of control.options) option.defaultSelected = option.value === value;
}

function show(control, value) {
  if (control.tagName === "SELECT" && ![...control.options].some((option) => option.value === value))
    control.add(new Option(value === "" ? "not set" : value, value));
  control.value = value;
  hold(control, value);
}

function say_wrong(row, text) {
  row.classList.toggle("bad", text !== "");
  const error = row.querySelector(".error");
  if (error) error.textContent = text;
  const control = control_of(row);
  if (text === "") control.removeAttribute("aria-invalid");
  else control.setAttribute("aria-invalid", "true");
}

function who_and_when(item) {
  if (!item.set_at) return "";
  return `set by ${item.set_by_words} at ${new Date(item.set_at).toTimeString().slice(0, 8)}`;
}

function refresh(node) {
  node.classList.remove("fresh");
  void node.offsetWidth;  // starts its animation anew
  node.classList.add("fresh");
}

// An item has another value, whoever gave it: what is being typed is left alone, and said so.
function take_item(item) {
  const field = item.index === undefined ? item.name : `${item.name}.${item.index}`;
  for (const row of document.querySelectorAll(`[data-field="${CSS.escape(field)}"]`)) {
    const control = control_of(row);
    const who = row.querySelector(".who");
    if (who) who.textContent = [item.fixed, who_and_when(item)].filter(Boolean).join(" ");
    if (!control) {
      const cell = row.querySelector(".value");
      if (cell) cell.textContent = item.secret ? (item.set ? "set, not shown" : "not set") : item.value;
    } else if (item.secret) {
      control.placeholder = item.set ? "set, not shown" : "not set";
    } else if (control.value === held(control) || control.value === item.value) {
      show(control, item.value);
      say_wrong(row, "");
    } else {
      hold(control, item.value);
      say_wrong(row, `It is now "${item.value}", ${who_and_when(item)}. What you typed is not saved yet.`);
    }
    refresh(row);
  }
  if (!document.querySelector(`[data-field="${CSS.escape(field)}"]`) && by_id(item.name)?.matches(".setting"))
    banner("said", "info", `There is a new ${item.name}[${item.index}]: open the page anew to see it.`);
}

function changes_in(form) {
  const changes = [];
  for (const row of form.querySelectorAll("[data-field]")) {
    const control = control_of(row);
    if (!control || control.disabled) continue;
    const field = row.dataset.field;
    const fresh = row.querySelector('[name^="i."]');
    const secret = control.type === "password";
    if (fresh ? control.value === "" && fresh.value === "" : secret ? control.value === "" : control.value === held(control)) continue;
    const change = {row, control, value: control.value};
    if (fresh) {
      change.name = fresh.name.slice(2);
      change.index = fresh.value;
    } else {
      const at = field.lastIndexOf(".");
      change.name = at < 0 ? field : field.slice(0, at);
      if (at >= 0) change.index = field.slice(at + 1);
      if (!secret) change.was = held(control);
    }
    changes.push(change);
  }
  return changes;
}

async function save(form) {
  const changes = changes_in(form);
  for (const row of form.querySelectorAll(".bad")) say_wrong(row, "");
  if (changes.length === 0) return banner("said", "info", "Nothing was different, so nothing was saved.");
  const wishes = changes.map(({name, index, value, was}) => ({name, index, value, was}));
  const answer = await fetch(`/api${base}items`, {
    method: "PATCH",
    headers: {"Content-Type": "application/json", "X-Token": body.dataset.token},
    body: JSON.stringify(wishes),
  });
  const said = await answer.json();
  if (answer.status === 401) return location.assign(`${base}login?next=${encodeURIComponent(location.pathname)}`);
  if (answer.status === 403) return banner("said", "bad", "You have logged in anew since this page was opened: open it anew, then save.");
  if (!answer.ok && !said.errors) return banner("said", "bad", said.error);
  if (said.errors.length > 0) {
    banner("said", "bad", "Nothing was saved: see the fields that are marked.");
    let first = null;
    for (const {name, index, error} of said.errors) {
      const change = changes.find((one) => one.name === name && (one.index ?? "") === (index ?? ""));
      say_wrong(change.row, error);
      first ??= change.control;
    }
    first.focus();
    return;
  }
  let anew = false;
  for (const {row, control, value} of changes) {
    if (control.type === "password") control.value = "";
    else if (row.classList.contains("new")) anew = true;
    else hold(control, value);
  }
  if (anew) return location.reload();
  banner("said", "info", said.changed.length === 0 ? "Nothing was different." :
      `Saved: ${said.changed.join(", ")}. The service hears of it in a moment.`);
}

for (const form of document.querySelectorAll("form.settings")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form).catch((error) => banner("said", "bad", `It could not be saved: ${error.message}.`));
  });
}

// ---- What happens at the phone

function take_wire(ladders) {
  const list = by_id("wire");
  const shown = by_id("ladder");
  for (const {number, html} of ladders) {
    if (list) {
      const line = element_of(html);
      const old = by_id(line.id);
      line.hidden = !passes(line, filter_of("wire"));
      if (old) old.replaceWith(line);
      else list.prepend(line);
      refresh(line);
      while (list.children.length > Number(list.dataset.most)) list.lastElementChild.remove();
      const nothing = by_id("nothing");
      if (nothing) nothing.hidden = true;
    }
    if (shown && Number(shown.dataset.number) === number) renew_ladder(shown);
  }
}

// The ladder that is looked at goes on. What was opened in it stays open.
async function renew_ladder(shown) {
  const answer = await fetch(`${location.pathname}?part=ladder`);
  if (!answer.ok) return;
  const opened = [...shown.querySelectorAll("details")].map((one) => one.open);
  shown.innerHTML = await answer.text();
  [...shown.querySelectorAll("details")].forEach((one, n) => { one.open = opened[n] ?? one.open; });
}

function tick_clock() {
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = new Date().toTimeString().slice(0, 5);
}

let away = by_id("away")?.textContent ?? "";  // what is said of the service

function follow(after) {
  let last = after;
  const events = new EventSource(`${base}events?after=${after}`);
  const on = (name, take) => events.addEventListener(name, (event) => {
    last = event.lastEventId || last;
    take(JSON.parse(event.data));
  });
  const show_away = () => { if (away) banner("away", "bad", away); else by_id("away").replaceChildren(); };
  on("items", (items) => items.forEach(take_item));
  on("wire", take_wire);
  on("face", (html) => { by_id("face")?.replaceWith(element_of(html)); tick_clock(); });
  on("service", (service) => { away = service.away; show_away(); });
  on("row", ({id, html}) => {
    // A row alone is no markup that a template keeps outside of a table.
    const table = element_of(`<table><tbody>${html}</tbody></table>`);
    const row = table.rows[0];
    row.hidden = !passes(row, filter_of("phones"));
    by_id(`row-${id}`)?.replaceWith(row);
    refresh(row);
  });
  on("reload", () => {
    const typed = document.querySelector("form.settings");
    if (typed && changes_in(typed).length > 0) banner("away", "warn", "Much has happened that this page does not show: open it anew once you have saved.");
    else location.reload();
  });
  events.addEventListener("open", show_away);
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED)
      return banner("away", "bad", "This page has lost its phone: the program has ended, or is too busy. It keeps trying.");
    banner("away", "bad", "This page has lost its phone: you may have been logged out. Open it anew.");
    setTimeout(() => follow(last), 3000);
  });
  addEventListener("pagehide", () => events.close());
}

tick_clock();
setInterval(tick_clock, 1000);
if (body.dataset.feed !== undefined) follow(body.dataset.feed);
