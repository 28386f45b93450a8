// What the page can do beyond links and forms: all of it works without this file, only less nimbly.
"use strict";

const box = document.getElementById("q");
const ask = box.form;
const language = document.documentElement.lang;
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Dates in the reader's own zone; the date as it was published stays in the title.
{
  const own = navigator.language;
  const format = new Intl.DateTimeFormat(own.startsWith(language) ? own : language, {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  });
  for (const time of document.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

// Long work, as it goes on.
for (const row of document.querySelectorAll("[data-job]")) {
  const words = row.closest("table").dataset;
  const states = JSON.parse(words.states);
  const phases = JSON.parse(words.phases);
  const number = new Intl.NumberFormat(language);
  const events = new EventSource(row.dataset.job);
  const show = ({ data }) => {
    const { state, phase, done, total } = JSON.parse(data);
    const bar = row.querySelector("progress");
    if (total === null) bar.removeAttribute("value");
    else Object.assign(bar, { max: total || 1, value: done });
    const share = total === null ? number.format(done) : `${number.format(done)} / ${number.format(total)}`;
    row.querySelector("[data-state]").textContent = states[state];
    row.querySelector("[data-progress]").textContent = phase ? `${share}, ${phases[phase] ?? phase}` : share;
  };
  events.addEventListener("progress", show);
  events.addEventListener("end", (event) => {
    show(event);
    events.close();
  });
}

// Open drawers are part of the address, so that they can be sent and come back.
document.addEventListener("toggle", (event) => {
  const drawer = event.target;
  for (const name of ["why", "copies"]) {
    const id = drawer.dataset?.[name];
    if (id === undefined) continue;
    const address = new URL(location);
    const others = address.searchParams.getAll(name).filter((one) => one !== id);
    address.searchParams.delete(name);
    for (const one of drawer.open ? [...others, id] : others) address.searchParams.append(name, one);
    history.replaceState(history.state, "", address);
  }
}, true);

// A sign that an answer is awaited, once it takes longer than the eye notices.
{
  let timers = [];
  const stop = () => {
    timers.forEach(clearTimeout);
    timers = [];
    document.querySelector(".waiting")?.remove();
    document.getElementById("main").removeAttribute("aria-busy");
  };
  const start = () => {
    stop();
    const said = make("span", { role: "status", hidden: true });
    timers.push(setTimeout(() => {
      document.body.append(make("div", { className: "waiting" }, said));
      document.getElementById("main").setAttribute("aria-busy", "true");
    }, 200));
    timers.push(setTimeout(() => {
      said.hidden = false;
      said.textContent = document.body.dataset.searching;
    }, 1000));
    timers.push(setTimeout(() => { said.textContent = document.body.dataset.stillSearching; }, 4000));
  };
  ask.addEventListener("submit", start);
  addEventListener("pageshow", stop);
}

// The brush: drag over the timeline to choose its dates. A click is a link.
for (const drawing of document.querySelectorAll("[data-brush]")) {
  const stretches = [...drawing.querySelectorAll("a")];
  const width = drawing.viewBox.baseVal.width;
  const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  shade.setAttribute("class", "brush");
  shade.setAttribute("height", drawing.viewBox.baseVal.height);
  const at = (event) => {
    const box = drawing.getBoundingClientRect();
    return Math.min(width, Math.max(0, (event.clientX - box.left) / box.width * width));
  };
  const stretchAt = (x) => Math.min(stretches.length - 1, Math.floor(x / width * stretches.length));
  let begin = null, isDragged = false;
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    begin = at(event);
    isDragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (begin === null) return;
    const x = at(event);
    isDragged ||= Math.abs(x - begin) > 4;
    if (!isDragged) return;
    shade.setAttribute("x", Math.min(x, begin));
    shade.setAttribute("width", Math.abs(x - begin));
    drawing.append(shade);
  });
  addEventListener("pointerup", (event) => {
    if (begin === null) return;
    const [first, last] = [stretchAt(Math.min(begin, at(event))), stretchAt(Math.max(begin, at(event)))];
    begin = null;
    shade.remove();
    if (!isDragged) return;
    const address = new URL(location);
    for (const name of ["cursor", "why", "copies"]) address.searchParams.delete(name);
    address.searchParams.set("from", stretches[first].dataset.first);
    address.searchParams.set("to", stretches[last].dataset.last);
    location.assign(address);
  });
  addEventListener("pointercancel", () => {
    begin = null;
    shade.remove();
  });
  drawing.addEventListener("click", (event) => { if (isDragged) event.preventDefault(); });
}

// Suggestions while typing: a combobox with a list, as the ARIA authoring practices have it.
const suggestions = (() => {
  const list = make("div", { className: "suggestions", id: "suggestions", role: "listbox", hidden: true });
  list.setAttribute("aria-label", ask.dataset.suggestions);
  ask.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions",
  })) box.setAttribute(name, value);
  let typed = box.value, chosen = -1, timer = 0, request = null;

  const options = () => [...list.children];
  const isOpen = () => !list.hidden;
  const close = () => {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (at) => {
    chosen = at;
    options().forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", options()[at].id);
    options()[at]?.scrollIntoView({ block: "nearest" });
    box.value = options()[at]?.dataset.text ?? typed;
  };
  const take = (option) => {
    if (option.dataset.article) {
      location.assign(`/articles/${option.dataset.article.split("/").map(encodeURIComponent).join("/")}`);
    } else {
      box.value = option.dataset.text;
      close();
      ask.requestSubmit();
    }
  };
  const show = (found) => {
    const counted = (n) => (n === 1 ? ask.dataset.one : ask.dataset.other).replace("{n}", n.toLocaleString(language));
    list.replaceChildren(
      ...found.words.map((word) => {
        const option = make("div", {}, make("span", { textContent: word.text }), make("small", { textContent: counted(word.articles) }));
        option.dataset.text = word.text;
        return option;
      }),
      ...found.headlines.map((headline) => {
        const option = make("div", { className: "headline" }, make("span", { textContent: headline.title, lang: headline.language, dir: "auto" }), make("small", { textContent: headline.date?.slice(0, 10) ?? "" }));
        option.dataset.article = headline.id;
        return option;
      }),
    );
    options().forEach((option, index) => {
      option.id = `suggestion-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
    });
    chosen = -1;
    list.hidden = !list.children.length;
    box.setAttribute("aria-expanded", String(isOpen()));
  };
  const fetchSuggestions = async () => {
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`/v1/suggest?${new URLSearchParams({ q: typed, limit: 5 })}`, { signal: request.signal });
      if (answer.ok && document.activeElement === box) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close(); // the server is away: typing goes on without
    }
  };
  box.addEventListener("input", () => {
    typed = box.value;
    clearTimeout(timer);
    if (typed.trim().length < 2) close();
    else timer = setTimeout(fetchSuggestions, 110);
  });
  box.addEventListener("blur", close);
  ask.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  box.addEventListener("keydown", (event) => {
    if (!isOpen() || event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") choose(chosen === last ? -1 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? last : chosen - 1);
    else if (event.key === "Escape") { box.value = typed; close(); }
    else if (event.key === "Enter" && chosen >= 0) take(options()[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { isOpen };
})();

// Help over the page. /help is the same as a page of its own.
const help = (() => {
  let dialog = null;
  return async () => {
    if (!dialog) {
      const answer = await fetch("/help");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = document.adoptNode(page.getElementById("help"));
      content.removeAttribute("id");
      const title = content.querySelector("h1");
      title.id = "help-title";
      const close = make("button", { type: "button", className: "close", textContent: ask.dataset.close });
      close.addEventListener("click", () => dialog.close());
      dialog = make("dialog", {}, close, content);
      dialog.setAttribute("aria-labelledby", "help-title");
      document.body.append(dialog);
      offerSwitch();
    }
    dialog.showModal();
  };
})();
for (const link of document.querySelectorAll("[data-help]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    help();
  });
}

// Keys. Those of one character can be switched off, as speech input needs it (WCAG 2.1.4).
const keysAreOn = () => localStorage.getItem("newsearch.keys") !== "off";
function offerSwitch() {
  for (const button of document.querySelectorAll("[data-shortcuts]")) {
    const show = () => {
      button.textContent = keysAreOn() ? button.dataset.on : button.dataset.off;
      button.setAttribute("aria-pressed", String(keysAreOn()));
    };
    button.hidden = false;
    button.onclick = () => {
      localStorage.setItem("newsearch.keys", keysAreOn() ? "off" : "on");
      show();
    };
    show();
  }
}
offerSwitch();
{
  const headlines = () => [...document.querySelectorAll(".hit h2 a")];
  const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]");
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (!isTyping(event.target) && keysAreOn()) {
      if (event.key === "/") {
        event.preventDefault();
        box.focus();
        box.select();
      } else if (event.key === "?") {
        event.preventDefault();
        help();
      }
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = headlines();
    const at = links.indexOf(document.activeElement);
    const isAtRest = document.activeElement === box || document.activeElement === document.body;
    if (!links.length || suggestions.isOpen() || (at < 0 && !isAtRest)) return;
    if (event.key === "ArrowUp" && at < 0) return;
    event.preventDefault();
    if (event.key === "ArrowUp" && at === 0) box.focus();
    else links[Math.min(links.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))].focus();
  });
}
