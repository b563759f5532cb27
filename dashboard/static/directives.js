/* The review of a document: from one item to the next by keyboard, each shown in its place; decisions are sent one by one. */
(function () {
  "use strict";
  var current = null, gone = null;

  function review() { return document.getElementById("review"); }
  function lines() { var box = review(); return box ? Array.prototype.slice.call(box.querySelectorAll("li[data-key]")) : []; }
  function line(key) { return lines().find(function (li) { return li.dataset.key === key; }); }
  function text() { return document.getElementById("document-text"); }
  function points(string) { return Array.from(string).length; }

  // --- places: the document counts characters, the browser counts UTF-16 units ---
  function stretchAt(place) {
    var found = null;
    text().querySelectorAll("[data-at]").forEach(function (part) { if (+part.dataset.at <= place) found = part; });
    return found;
  }
  function rangePoint(place) {
    var part = stretchAt(place);
    if (!part) return null;
    var inside = Array.from(part.textContent).slice(0, place - +part.dataset.at).join("").length;
    return { node: part.firstChild, offset: Math.min(inside, part.textContent.length), part: part };
  }
  function placeOf(node, offset) {
    var part = node.nodeType === 3 ? node.parentElement.closest("[data-at]") : null;
    if (!part) {
      part = node.nodeType === 1 && node.childNodes[offset] && node.childNodes[offset].closest ? node.childNodes[offset].closest("[data-at]") : null;
      return part ? +part.dataset.at : null;
    }
    return +part.dataset.at + points(node.data.slice(0, offset));
  }
  function selected() {
    var chosen = window.getSelection();
    if (!chosen.rangeCount || !text() || !text().contains(chosen.anchorNode)) return null;
    var range = chosen.getRangeAt(0), start = placeOf(range.startContainer, range.startOffset), end = placeOf(range.endContainer, range.endOffset);
    if (start === null) return null;
    return { start: start, end: end === null ? start : end, text: chosen.toString().replace(/\s+/g, " ").trim() };
  }
  function showPlace(start, end) {
    var from = rangePoint(start), to = rangePoint(Math.max(start, end - 1));
    if (!from || !to || !from.node || !to.node) return;
    var range = document.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, Math.min(to.offset + 1, to.node.length));
    var chosen = window.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    scrollTo(from.part);
  }
  function scrollTo(part) {
    var box = text(), at = part.getBoundingClientRect(), frame = box.getBoundingClientRect();
    box.scrollTop += at.top - frame.top - box.clientHeight / 3;
  }

  // --- the item in view ---
  function mark(scroll) {
    var box = review();
    if (!box || !text()) return;
    lines().forEach(function (li) { li.toggleAttribute("aria-current", li.dataset.key === current); });
    var first = null;
    text().querySelectorAll("mark").forEach(function (part) {
      var mine = current && part.dataset.items.split(" ").indexOf(current) >= 0;
      part.classList.toggle("current", !!mine);
      if (mine && !first) first = part;
    });
    if (scroll && first) scrollTo(first);
  }
  function choose(key, quiet) {
    current = key;
    mark(true);
    var li = line(key);
    if (li && !quiet) { li.scrollIntoView({ block: "nearest" }); li.focus({ preventScroll: true }); }
  }
  function step(by, onlyOpen) {
    var all = lines();
    if (!all.length) return;
    var at = all.findIndex(function (li) { return li.dataset.key === current; }), next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    while (onlyOpen && next >= 0 && next < all.length && !all[next].classList.contains("open")) next += by;
    if (next >= 0 && next < all.length) choose(all[next].dataset.key);
  }

  // --- decisions ---
  function tell(words) {
    var place = document.querySelector(".review-said") || review().insertBefore(Object.assign(document.createElement("p"), { className: "review-said", role: "alert" }), review().firstChild);
    place.textContent = words;
    clearTimeout(gone);
    gone = setTimeout(function () { place.remove(); }, 5000);
  }
  function send(made) {
    var box = review();
    return fetch("/directives/" + box.dataset.document + "/decisions", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify([made])
    }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
    }).catch(function (error) { tell(box.dataset.failed); throw error; });
  }
  function parts(key) { return { kind: key.split(":")[0], item: key.split(":")[1] }; }
  function quick(action, state) {
    var li = line(current);
    if (!li || (action === "accept" && !li.classList.contains("open"))) { if (li) step(1); return; }
    var key = current;
    li.classList.remove("open", "accepted", "rejected");
    li.classList.add(state);
    step(1, true);
    send(Object.assign(parts(key), { action: action })).catch(function () { li.classList.remove(state); li.classList.add("open"); });
  }
  function merge() {
    var all = lines(), at = all.findIndex(function (li) { return li.dataset.key === current; });
    var other = all.slice(at + 1).find(function (li) { return !li.classList.contains("rejected"); });
    if (at < 0 || !other) return tell(review().dataset.merge);
    send(Object.assign(parts(current), { action: "merge", "with": parts(other.dataset.key).item })).catch(function () {});
  }
  function split() {
    var li = line(current), place = selected();
    if (!li) return;
    var values = JSON.parse(li.dataset.values), whole = values.text, span = parts(current).item.split("-").map(Number);
    if (!place || place.start <= span[0] || place.start >= span[1]) return tell(review().dataset.split);
    // The item's text is the document's but for line breaks: the words behind the place tell where it is in it.
    var from = rangePoint(place.start), behind = document.createRange();
    behind.setStart(from.node, from.offset);
    behind.setEndAfter(text().lastChild);
    var words = behind.toString().slice(0, 400).replace(/\s+/g, " ").trim(), at = -1, length = 40;
    while (at <= 0 && length >= 6) { at = whole.indexOf(words.slice(0, length)); length -= 6; }
    if (at <= 0) at = Math.round(whole.length * (place.start - span[0]) / (span[1] - span[0]));
    send(Object.assign(parts(current), { action: "split", at: points(whole.slice(0, at)) })).catch(function () {});
  }

  // --- editing and adding ---
  function editor(kind) { return document.querySelector("dialog.editor[data-kind=" + kind + "]"); }
  function open(kind, values, made) {
    // A copy of its own: the panel may be drawn anew while somebody types.
    var box = document.body.appendChild(editor(kind).cloneNode(true)), form = box.querySelector("form");
    box.addEventListener("close", function () { box.remove(); });
    form.querySelectorAll("[name]").forEach(function (entry) { entry.value = values[entry.name] || (entry.tagName === "SELECT" ? entry.options[0].value : ""); });
    box.querySelector(".editor-error").textContent = "";
    box.made = made;
    box.showModal();
  }
  function edit() {
    var li = line(current);
    if (li) open(parts(current).kind, JSON.parse(li.dataset.values), Object.assign(parts(current), { action: "edit" }));
  }
  function add() {
    var place = selected(), kind = review().dataset.kind;
    if (!place || place.end <= place.start || !editor(kind)) return tell(review().dataset.select);
    var number = (place.text.match(/\d+[-\/][^\s,;)]+/) || [""])[0], values = { task: { text: place.text }, citation: { number: number }, indicator: { name: place.text } }[kind];
    open(kind, values, { kind: kind, item: place.start + "-" + place.end, action: "add" });
  }
  document.addEventListener("submit", function (event) {
    var box = event.target.closest && event.target.closest("dialog.editor");
    if (!box) return;
    event.preventDefault();
    var values = {};
    new FormData(event.target).forEach(function (value, name) { values[name] = value; });
    var made = Object.assign({}, box.made, { values: values });
    send(made).then(function () { current = made.kind + ":" + made.item; box.close(); }, function () {
      box.querySelector(".editor-error").textContent = review().dataset.failed;
    });
  });

  var deeds = {
    accept: function () { quick("accept", "accepted"); }, reject: function () { quick("reject", "rejected"); },
    reopen: function () { quick("reopen", "open"); }, edit: edit, merge: merge, split: split, add: add
  };
  var keys = { j: function () { step(1); }, k: function () { step(-1); }, Enter: deeds.accept, e: edit, x: deeds.reject, m: merge, s: split, a: add, u: deeds.reopen };

  document.addEventListener("keydown", function (event) {
    var box = review();
    if (!box || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest && event.target.closest("input, textarea, select, button, a, summary")) return;
    var deed = keys[event.key];
    if (!deed || (!box.hasAttribute("data-decides") && event.key !== "j" && event.key !== "k")) return;
    event.preventDefault();
    deed();
  });
  document.addEventListener("click", function (event) {
    var target = event.target;
    if (!(target instanceof Element) || !review()) return;
    if (target.closest("[data-close]")) return target.closest("dialog").close();
    var place = target.closest("[data-goto]");
    if (place) { var span = place.dataset.goto.split("-").map(Number); return showPlace(span[0], span[1]); }
    var button = target.closest("[data-do]");
    if (button) { current = button.closest("li").dataset.key; return deeds[button.dataset.do](); }
    var li = target.closest("li[data-key]");
    if (li) return choose(li.dataset.key);
    var part = target.closest("#document-text mark");
    if (part && window.getSelection().isCollapsed) {
      var all = part.dataset.items.split(" "), here = all.find(line);
      if (here) return choose(here);
      current = all[0];
      var tab = document.querySelector('.tabs a[href' + (parts(all[0]).kind === "task" ? ']:first-child' : '*="kind=' + parts(all[0]).kind + '"]'));
      if (tab) tab.click();
    }
  });

  // A redrawn page keeps the item in view; an item whose borders moved is the one that begins at the same place.
  var drawn = null;
  new MutationObserver(function () {
    var box = review();
    if (!box) { drawn = null; return; }
    if (current && !line(current)) {
      var start = current.split("-")[0], same = lines().find(function (li) { return li.dataset.key.split("-")[0] === start; });
      if (same) current = same.dataset.key;
    }
    mark(box.dataset.document + box.dataset.kind !== drawn);
    if (box.dataset.document + box.dataset.kind !== drawn) {
      drawn = box.dataset.document + box.dataset.kind;
      var li = current && line(current);
      if (li) li.scrollIntoView({ block: "nearest" });
      if (box.dataset.gotoFirst) { var span = box.dataset.gotoFirst.split("-").map(Number); showPlace(span[0], span[1]); }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
