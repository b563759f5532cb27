/* The grid's side in the browser: its script on demand, its place in the page, Vietnamese numbers and dates, pasting, forms. */
(function () {
  "use strict";
  var api = null, loaded = {}, fields = [], open = [], saving = null, fresh = 0;

  // --- values as people write them ---
  var shown = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 6 });
  function fold(text) {
    return String(text == null ? "" : text).normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().trim();
  }
  // "1.234,5" and "1234,5" are Vietnamese; "12.5" is taken as it is meant; anything else stays as typed, to be judged.
  function parseNumber(typed) {
    if (typed == null || typeof typed === "number") return typed;
    var text = String(typed).replace(/[\s\u00a0]/g, "");
    if (text === "") return null;
    if (/^[-+]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(text)) return Number(text.replace(/\./g, "").replace(",", "."));
    if (/^[-+]?\d+(,\d+)?$/.test(text)) return Number(text.replace(",", "."));
    if (/^[-+]?\d{1,3}(,\d{3}){2,}(\.\d+)?$/.test(text)) return Number(text.replace(/,/g, ""));
    if (/^[-+]?\d+\.\d+$/.test(text)) return Number(text);
    return String(typed).trim();
  }
  function showNumber(value) { return value == null ? "" : typeof value === "number" ? shown.format(value) : String(value); }
  function pad(number) { return String(number).padStart(2, "0"); }
  function parseDate(typed) {
    if (typed == null || typed === "") return null;
    var text = String(typed).trim(), found = /^(\d{1,2})[\/.-](\d{1,2})[\/.-](\d{4})$/.exec(text);
    return found ? found[3] + "-" + pad(found[2]) + "-" + pad(found[1]) : text;
  }
  function showDate(value) {
    var found = /^(\d{4})-(\d{2})-(\d{2})/.exec(value || "");
    return found ? found[3] + "/" + found[2] + "/" + found[1] : value == null ? "" : String(value);
  }
  function showChoice(value, choices) { return value == null ? "" : (choices && choices[value]) || String(value); }
  function parseChoice(typed, choices) {
    if (typed == null || typed === "") return null;
    if (choices[typed] !== undefined) return typed;
    var wanted = fold(typed), found = Object.keys(choices).filter(function (code) { return fold(choices[code]) === wanted; });
    return found.length === 1 ? found[0] : String(typed).trim();
  }

  // --- a list to choose from, that finds while one types, with or without the marks on the letters ---
  class Choice {
    init(params) {
      this.params = params;
      this.box = document.createElement("div");
      this.box.className = "grid-choice";
      this.input = document.createElement("input");
      this.input.setAttribute("role", "combobox");
      this.input.setAttribute("aria-expanded", "true");
      this.input.setAttribute("aria-label", params.colDef.headerName);
      this.list = document.createElement("ul");
      this.list.setAttribute("role", "listbox");
      this.box.append(this.input, this.list);
      this.value = params.value;
      this.at = -1;
      var typed = params.eventKey && params.eventKey.length === 1 ? params.eventKey : "";
      this.input.value = typed;
      this.input.placeholder = showChoice(params.value, params.colDef.context.choices);
      this.input.addEventListener("input", this.draw.bind(this));
      this.input.addEventListener("keydown", this.key.bind(this));
      this.list.addEventListener("mousedown", function (event) {
        var item = event.target.closest("li");
        if (!item) return;
        event.preventDefault();
        this.take(item.dataset.code);
      }.bind(this));
      this.draw();
    }
    draw() {
      var wanted = fold(this.input.value);
      this.found = this.params.choices.filter(function (c) { return !wanted || fold(c[1]).includes(wanted) || fold(c[0]) === wanted; });
      this.at = this.found.length ? Math.max(0, this.found.findIndex(function (c) { return c[0] === this.value; }.bind(this))) : -1;
      this.list.replaceChildren.apply(this.list, this.found.map(function (c, i) {
        var item = document.createElement("li");
        item.textContent = c[1];
        item.dataset.code = c[0];
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(i === this.at));
        return item;
      }, this));
      this.show();
    }
    show() {
      Array.prototype.forEach.call(this.list.children, function (item, i) { item.setAttribute("aria-selected", String(i === this.at)); }, this);
      var item = this.list.children[this.at];
      if (item && item.scrollIntoView) item.scrollIntoView({ block: "nearest" });
    }
    key(event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault(); event.stopPropagation();
        this.at = Math.min(this.found.length - 1, Math.max(0, this.at + (event.key === "ArrowDown" ? 1 : -1)));
        this.show();
      } else if (event.key === "Enter" || event.key === "Tab") {
        if (this.at >= 0) this.value = this.found[this.at][0];
      }
    }
    take(code) { this.value = code; this.params.stopEditing(); }
    getGui() { return this.box; }
    afterGuiAttached() { this.input.focus(); this.show(); }
    getValue() { return this.value; }
    isPopup() { return true; }
  }

  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    hubNumber: showNumber, hubParseNumber: parseNumber, hubDate: showDate, hubParseDate: parseDate, hubChoice: showChoice,
    hubChoiceEditor: Choice,
    // A row that somebody began to fill in: something stands in a cell that is not given.
    hubBegun: function (data) { return open.some(function (field) { return data[field] !== null && data[field] !== undefined && data[field] !== ""; }); }
  });

  // --- the script, once, at the first page that has a grid ---
  var script = null;
  function load(address) {
    if (!address || script) return;
    script = document.createElement("script");
    script.src = address;
    script.onload = function () { window.dash_clientside.set_props("grid-ready", { data: true }); };
    script.onerror = function () { script.remove(); script = null; };
    document.head.append(script);
  }

  // --- the place: the slot stands where the page leaves room for it, and at home where it leaves none ---
  function stand() {
    var slot = document.getElementById("grid-slot"), home = document.getElementById("grid-home");
    if (!slot || !home) return;
    var here = document.querySelector("[data-grid-here]") || home;
    if (slot.parentNode === here) return;
    if (here !== home) here.replaceChildren();
    here.append(slot);
  }
  new MutationObserver(stand).observe(document.body, { childList: true, subtree: true });

  function came(children) {
    api = null; loaded = {}; fields = []; open = []; fresh = 0;
    if (!children) return;
    stand();
    window.dash_ag_grid.getApiAsync("grid").then(function (found) {
      api = found;
      api.getColumns().forEach(function (column) {
        var definition = column.getColDef();
        if (!definition.field) return;
        fields.push(definition.field);
        if (definition.editable && definition.pinned !== "left") open.push(definition.field);
      });
      api.forEachNode(function (node) { loaded[node.id] = picked(node.data); });
      api.addEventListener("cellValueChanged", changed);
      api.addEventListener("rowDataUpdated", changed);
      count();
    });
  }

  function picked(data) {
    var out = {};
    fields.forEach(function (field) { out[field] = data[field] === undefined || data[field] === "" ? null : data[field]; });
    return out;
  }
  function rows() {
    var out = [];
    if (api) api.forEachNode(function (node) { out.push(picked(node.data)); });
    return out.filter(function (row) { return fields.some(function (field) { return row[field] !== null; }); });
  }
  // Beyond what was given: where every column is given, any value counts.
  function begun(row) { return (open.length ? open : fields).some(function (field) { return row[field] !== null; }); }
  function changes() {
    var out = [];
    if (api) api.forEachNode(function (node) {
      var before = loaded[node.id] || {}, after = picked(node.data);
      fields.forEach(function (field) {
        var was = before[field] === undefined ? null : before[field];
        if (was !== after[field]) out.push({ id: node.id, field: field, before: was, value: after[field] });
      });
    });
    return out;
  }
  function form() { return document.querySelector("form[data-grid-form]"); }
  function count() {
    var number = changes().length, kept = rows().filter(begun).length;
    document.querySelectorAll("[data-grid-count]").forEach(function (place) { place.textContent = shown.format(number); });
    document.querySelectorAll("[data-grid-rows]").forEach(function (place) { place.textContent = shown.format(kept); });
  }
  function say(state) {
    document.querySelectorAll("[data-grid-saved]").forEach(function (place) {
      place.dataset.state = state;
      var text = place.dataset[state];
      if (text) place.textContent = text.replace("{at}", new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date()));
    });
  }
  function changed() {
    count();
    var target = form();
    if (!target || !target.dataset.gridSave) return;
    say("saving");
    clearTimeout(saving);
    saving = setTimeout(save, 900);
  }
  function save() {
    clearTimeout(saving);
    saving = null;
    var target = form();
    if (!api || !target || !target.dataset.gridSave) return;
    var body = { rows: rows(), changes: changes() };
    new FormData(target).forEach(function (value, name) { if (!(name in body)) body[name] = value; });
    var text = JSON.stringify(body);
    fetch(target.dataset.gridSave, { method: "POST", headers: { "Content-Type": "application/json" }, body: text, keepalive: text.length < 60000 })
      .then(function (answer) { say(answer.ok ? "saved" : "failed"); }, function () { say("failed"); });
  }
  document.addEventListener("visibilitychange", function () { if (document.hidden && saving) save(); });

  document.addEventListener("submit", function (event) {
    var target = event.target;
    if (!(target instanceof Element) || !target.matches("form[data-grid-form]")) return;
    if (!api) return event.preventDefault();
    api.stopEditing();
    clearTimeout(saving);
    saving = null;
    if (target.elements.rows) target.elements.rows.value = JSON.stringify(rows());
    if (target.elements.changes) target.elements.changes.value = JSON.stringify(changes());
  }, true);

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-grid-do]");
    if (!button || !api) return;
    var what = button.dataset.gridDo;
    if (what === "undo") api.undoCellEditing();
    else if (what === "remove") api.applyTransaction({ remove: api.getSelectedRows() });
    else if (what === "add") {
      var row = blank(), at = api.applyTransaction({ add: [row] }).add[0];
      api.ensureIndexVisible(at.rowIndex);
      api.setFocusedCell(at.rowIndex, fields[0]);
    }
    if (what !== "undo") changed();
  });
  function blank() {
    fresh += 1;
    var row = { id: "new-" + Date.now().toString(36) + "-" + fresh };
    fields.forEach(function (field) { row[field] = null; });
    return row;
  }

  // --- copying a cell, pasting a range (text between tabs, as Excel and LibreOffice give it) ---
  function inGrid(event) { return api && event.target instanceof Element && event.target.closest("#grid-slot") && !event.target.closest("input, textarea"); }
  document.addEventListener("copy", function (event) {
    if (!inGrid(event) || String(document.getSelection())) return;
    var cell = api.getFocusedCell(), node = cell && api.getDisplayedRowAtIndex(cell.rowIndex);
    if (!node) return;
    event.clipboardData.setData("text/plain", api.getCellValue({ rowNode: node, colKey: cell.column, useFormatter: true }) || "");
    event.preventDefault();
  });
  document.addEventListener("paste", function (event) {
    if (!inGrid(event)) return;
    var cell = api.getFocusedCell();
    if (!cell) return;
    event.preventDefault();
    var table = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map(function (line) { return line.split("\t"); });
    var columns = api.getAllDisplayedColumns().filter(function (column) { return column.getColDef().field; });
    var from = columns.findIndex(function (column) { return column.getColId() === cell.column.getColId(); });
    if (from < 0) return;
    var missing = cell.rowIndex + table.length - api.getDisplayedRowCount(), more = document.querySelector("[data-grid-do=add]");
    if (missing > 0 && more) {
      var added = [];
      while (missing-- > 0) added.push(blank());
      api.applyTransaction({ add: added });
    }
    table.forEach(function (line, down) {
      var node = api.getDisplayedRowAtIndex(cell.rowIndex + down);
      if (!node) return;
      line.forEach(function (text, right) {
        var column = columns[from + right];
        if (!column || !column.isCellEditable(node)) return;
        node.setDataValue(column, read(column.getColDef(), text));
      });
    });
  });
  function read(definition, text) {
    if (definition.context && definition.context.choices) return parseChoice(text, definition.context.choices);
    if (definition.context && definition.context.kind === "number") return parseNumber(text);
    if (definition.context && definition.context.kind === "date") return parseDate(text);
    return text.trim() === "" ? null : text.trim();
  }

  window.dash_clientside = Object.assign(window.dash_clientside || {}, { hub_grid: { load: load, came: came } });
})();
