// Everything works without this; it saves clicks.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);

all("[data-noscript]").forEach((element) => { element.hidden = true; });

// A product's form: what is marked is counted while one marks it.

function staging(form) {
  const sum = one("[data-sum]", form);
  const bar = one("[data-apply]", form);
  let leaving = false;

  const marked = () => {
    const add = all("input[name=grant], input[name=pick]:checked", form).length;
    const recall = all("input[name=recall][type=hidden], input[name=recall]:checked", form).length;
    return { add, recall };
  };

  const update = () => {
    const { add, recall } = marked();
    const bought = form.dataset.bought;
    const left = Number(bought) - Number(form.dataset.used) - add + recall;
    let text = "Mark users to add or recall, then apply.";
    if (add || recall) {
      text = `${add} to add, ${recall} to recall`;
      if (bought) {
        text += left < 0 ? `: ${-left} more than the ${bought} seats` : `: ${left} of ${bought} seats left`;
      }
    }
    sum.textContent = text;
    bar.classList.toggle("marked", Boolean(add || recall));
    bar.classList.toggle("short", left < 0 && add > 0);
    for (const box of all("input[name=recall][type=checkbox]", form)) {
      const row = box.closest("tr");
      row.classList.toggle("staged", box.checked);
      one("[data-one]", row).textContent = box.checked ? "Keep" : "Recall";
    }
  };

  form.addEventListener("change", update);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-one]");
    if (!button) return;
    event.preventDefault();
    const box = one("input[name=recall]", button.closest("tr"));
    box.checked = !box.checked;
    update();
  });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    const { add, recall } = marked();
    if (!leaving && (add || recall)) event.preventDefault();
  });
  // Going back shows the form as it was left: with its marks.
  window.addEventListener("pageshow", () => { leaving = false; update(); });
  searching(form, update);
  update();
}

// Users without a seat are looked for while one types; those that are ticked stay.

function searching(form, update) {
  const input = one("#find", form);
  const list = one("[data-list]", form);
  if (!input || !list) return;
  let timer = 0;
  let latest = 0;

  const look = async () => {
    const mine = ++latest;
    const url = `${form.dataset.candidates}?${new URLSearchParams({ find: input.value.trim() })}`;
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected || mine !== latest) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    const kept = all("input:checked", list).map((box) => box.closest("li"));
    const known = new Set(all("input[name=grant], input[name=pick]:checked", form).map((box) => box.value));
    all("input", fresh.content).filter((box) => known.has(box.value)).forEach((box) => box.closest("li").remove());
    list.replaceChildren(...kept, ...fresh.content.children);
    update();
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    look();
  });
}

// Files are shown as soon as they are dropped or chosen.

function dropping(form) {
  const zone = one(".drop", form);
  const input = one("input[type=file]", form);
  const words = one("[data-drop-words]", form);
  words.textContent = "Drop files here, or choose them";
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    input.files = event.dataTransfer.files;
    if (input.files.length) form.requestSubmit();
  });
  input.addEventListener("change", () => { if (input.files.length) form.requestSubmit(); });
}

// Refusals appear as they happen, while the page can be seen.

function living(list) {
  const empty = one("[data-empty]");
  all("[data-live-word]").forEach((word) => { word.hidden = false; });
  let version = list.dataset.version;

  const look = async () => {
    if (document.hidden) return true;
    const parameters = new URLSearchParams(location.search);
    parameters.set("since", version);
    const answer = await fetch(`${list.dataset.live}?${parameters}`, { credentials: "same-origin" });
    if (answer.redirected || answer.status === 403) return false;
    if (!answer.ok) return true;
    version = answer.headers.get("x-version") || version;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    const items = [...fresh.content.children];
    if (items.length) {
      items.forEach((item) => item.classList.add("fresh"));
      list.prepend(...items);
      empty.hidden = true;
      all(":scope > li", list).slice(200).forEach((item) => item.remove());
    }
    return true;
  };

  const again = async () => {
    let more = true;
    try { more = await look(); } catch { more = true; }
    if (more) setTimeout(again, 2000);
    else all("[data-live-word]").forEach((word) => { word.hidden = true; });
  };
  setTimeout(again, 2000);
}

all("[data-staging]").forEach(staging);
all("[data-drop]").forEach(dropping);
all("[data-live]").filter((list) => list.dataset.live).forEach(living);
