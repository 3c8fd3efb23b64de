"use strict";
(() => {
  const THEME_KEY = "report-qa.theme";
  let opener = null;

  const byId = (id) => document.getElementById(id);
  const panel = () => document.querySelector(".rqa-panel");

  function openSource(button) {
    const template = byId(`rqa-source-${button.dataset.cite}`);
    const body = document.querySelector(".rqa-panel-body");
    if (!template || !body) return;
    body.replaceChildren(template.content.cloneNode(true));
    byId("rqa-shell").classList.add("rqa-open");
    document.querySelectorAll("[data-cite][aria-current]").forEach((b) => b.removeAttribute("aria-current"));
    button.setAttribute("aria-current", "true");
    opener = button;
    panel().focus({ preventScroll: true });
    const mark = body.querySelector("mark");
    const below = mark ? mark.getBoundingClientRect().bottom - body.getBoundingClientRect().bottom : -1;
    body.scrollTop = below > 0 ? below + body.clientHeight / 2 : 0;
  }

  function closePanel() {
    byId("rqa-shell").classList.remove("rqa-open");
    document.querySelectorAll("[data-cite][aria-current]").forEach((b) => b.removeAttribute("aria-current"));
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  // navigator.clipboard exists only on https and localhost; the page is also used by its address in a local network
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "rqa-offscreen";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  function showCopied(button) {
    const label = button.textContent;
    button.textContent = button.dataset.done;
    button.disabled = true;
    setTimeout(() => { button.textContent = label; button.disabled = false; }, 1200);
  }

  function save(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name || `report-qa-${new Date().toISOString().slice(0, 10)}.md`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function share(button) {
    const text = button.closest("[data-shared]").dataset.shared;
    if (button.dataset.share === "save") save(text, button.dataset.file);
    else copy(text).then(() => showCopied(button));
  }

  function unfold(button) {
    const form = byId(button.dataset.unfold);
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (form.hidden) return;
    form.querySelector("input[type=radio], textarea, input[type=text]").focus();
    form.scrollIntoView({ block: "nearest" });
  }

  function setTheme(dark) {
    document.documentElement.classList.toggle("dark", dark);
    document.body.classList.toggle("dark", dark);
    tellFrames();
  }

  // a report in a frame of its own cannot see which look is chosen here
  function tellFrames() {
    const look = document.body.classList.contains("dark") ? "dark" : "light";
    for (const frame of document.querySelectorAll("iframe[data-address]")) {
      const address = `${frame.dataset.address}#${look}`;
      if (frame.getAttribute("src") !== address) frame.setAttribute("src", address);
    }
  }

  function switchTheme() {
    const dark = !document.body.classList.contains("dark");
    localStorage.setItem(THEME_KEY, dark ? "dark" : "light");
    setTheme(dark);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.cite) openSource(button);
    else if ("close" in button.dataset) closePanel();
    else if ("copy" in button.dataset) copy(button.dataset.text).then(() => showCopied(button));
    else if ("share" in button.dataset) share(button);
    else if ("unfold" in button.dataset) unfold(button);
    else if ("theme" in button.dataset) switchTheme();
    else if ("chosen" in button.dataset) leave(several());
    else if (button.id === "rqa-new") closePanel();
    else if (button.dataset.do === "edit") setTimeout(() => document.querySelector("#rqa-box textarea").focus(), 400);
  });

  // some collections are chosen with boxes: when their list is left they are put into the choice, which then changes
  const several = () => document.querySelector(".rqa-several[open]");

  const choiceOf = (list) => list.parentElement.querySelector("[data-collection]");
  const boxesOf = (list) => [...list.querySelectorAll("input")];

  function tick(list) {
    const value = choiceOf(list).value;
    const names = value.split(",");
    for (const box of boxesOf(list)) box.checked = value === list.dataset.all || names.includes(box.value);
  }

  function choose(list) {
    const choice = choiceOf(list);
    const boxes = boxesOf(list);
    const ticked = boxes.filter((box) => box.checked);
    const value = ticked.length === boxes.length ? list.dataset.all : ticked.map((box) => box.value).join(",");
    if (value === choice.value) return;
    if (![...choice.options].some((option) => option.value === value)) {
      choice.add(new Option(ticked.map((box) => box.parentElement.textContent).join(" + "), value));
    }
    choice.value = value;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function leave(list) {
    if (list.contains(document.activeElement)) list.querySelector("summary").focus();
    list.open = false;
    choose(list);
  }

  document.addEventListener("change", (event) => {
    const list = several();
    // the last box stays ticked, since something has to be asked
    if (list && list.contains(event.target) && !list.querySelector("input:checked")) event.target.checked = true;
  });

  for (const kind of ["pointerdown", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const list = several();
      if (list && !list.contains(event.target)) leave(list);
    }, true);
  }

  document.addEventListener("click", (event) => {
    const list = event.target.closest(".rqa-several");
    if (!list || !event.target.closest("summary")) return;
    if (list.open) choose(list);
    else tick(list);
  });

  document.addEventListener("keydown", (event) => {
    const list = several();
    if (!list || event.key !== "Escape") return;
    event.stopImmediatePropagation();
    tick(list);
    leave(list);
  }, true);

  // a question that is sent right after another collection was chosen waits until that one is the one that is asked
  const LONGEST_WAIT_MS = 5000;
  let waiting = null;
  let sending = false;

  let wanted = null;
  const confirmed = () => document.querySelector("[data-collection] option[selected]");

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-collection]")) wanted = event.target.value;
  }, true);

  function choosing() {
    return wanted !== null && confirmed() !== null && confirmed().value !== wanted;
  }

  // an option that the page has drawn anew may have taken the choice with it
  function showConfirmed() {
    if (wanted === null) return;
    wanted = null;
    if (confirmed()) confirmed().selected = true;
  }

  function sendNow() {
    clearTimeout(waiting);
    waiting = null;
    showConfirmed();
    sending = true;
    const send = byId("rqa-send");
    if (send) send.click();
    sending = false;
  }

  function hold(event) {
    if (sending || !choosing()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!waiting) waiting = setTimeout(sendNow, LONGEST_WAIT_MS);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#rqa-send")) hold(event);
  }, true);

  document.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !composing && event.target.closest("#rqa-box")) hold(event);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector(".rqa-open")) closePanel();
    // the Enter that ends the choice of a Chinese character does not send the question
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);

  // the parts of the page come and go as the framework likes, so they are looked up anew after every change
  let questions = 0;
  let near = true;
  let announcer = null;

  function say(text) {
    if (!announcer) {
      announcer = document.createElement("div");
      announcer.className = "rqa-offscreen";
      announcer.setAttribute("aria-live", "polite");
      document.body.append(announcer);
    }
    if (announcer.textContent !== text) announcer.textContent = text;
  }

  function settle() {
    const brand = document.querySelector(".rqa-brand");
    if (brand) {
      document.documentElement.lang = brand.dataset.language;
      for (const button of document.querySelectorAll("[data-theme]")) button.setAttribute("aria-label", button.dataset[brand.dataset.language]);
      // the collection that a link asked for is chosen now; another may be chosen before the page is loaded anew
      if (location.search.includes("collection=") && document.querySelector("[data-state]")) history.replaceState(null, "", location.pathname);
    }
    tellFrames();
    if (!choosing()) showConfirmed();
    if (waiting && !choosing()) sendNow();
    const live = document.querySelector("[data-announce]");
    if (live) say(live.dataset.announce);
    const scroll = byId("rqa-scroll");
    if (!scroll) return;
    const count = scroll.querySelectorAll(".rqa-question").length;
    if (count > questions) near = true;
    questions = count;
    if (near && count) scroll.scrollTop = scroll.scrollHeight;
  }

  // what grows is followed down to its end, until its reader scrolls up
  let top = 0;
  document.addEventListener("scroll", (event) => {
    const scroll = event.target;
    if (scroll.id !== "rqa-scroll") return;
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120) near = true;
    else if (scroll.scrollTop < top) near = false;
    top = scroll.scrollTop;
  }, true);

  let due = false;
  function later() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; settle(); });
  }

  function start() {
    const chosen = localStorage.getItem(THEME_KEY);
    if (chosen) setTheme(chosen === "dark");
    new MutationObserver(later).observe(document.body, { childList: true, subtree: true, characterData: true });
    later();
  }

  // the framework may put this script into the page when the page is there already
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
