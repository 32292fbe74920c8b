"use strict";
// The page is whole without this: it only shows the numbers of a chart where one points, and sorts tables.
(function () {
  var tip = document.getElementById("tip");
  // The numbers stand in the charts as titles, which browsers show late and small.
  document.querySelectorAll("figure svg rect > title").forEach(function (title) {
    title.parentNode.numbers = title.textContent;
    title.remove();
  });
  function show(event) {
    var text = event.target.numbers;
    tip.hidden = !text;
    if (!text) { return; }
    tip.textContent = text;
    var left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    var top = event.clientY + 18;
    if (top + tip.offsetHeight > window.innerHeight - 4) { top = event.clientY - tip.offsetHeight - 12; }
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = Math.max(4, top) + "px";
  }
  document.querySelectorAll("figure svg").forEach(function (svg) {
    svg.addEventListener("pointermove", show);
    svg.addEventListener("pointerdown", show);
    svg.addEventListener("pointerleave", function () { tip.hidden = true; });
  });
  window.addEventListener("scroll", function () { tip.hidden = true; }, { passive: true });

  var units = { k: 1e3, m: 1e6, bn: 1e9, tn: 1e12, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };
  // The number at the start of a cell, such as -1.31bn of a dollar amount with its error; NaN for none.
  function number(text) {
    var found = /^([+<>]?)([\u2212-]?)[^0-9]{0,5}([0-9][0-9,]*\.?[0-9]*)(bn|tn|[kmKMBT])?/.exec(text.trim());
    if (!found) { return NaN; }
    var value = parseFloat(found[3].replace(/,/g, "")) * (units[found[4]] || 1);
    return found[2] ? -value : value;
  }
  function sort(table, column, numeric, up) {
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    var last = rows.filter(function (row) { return row.className === "total"; });
    var others = rows.filter(function (row) { return row.className !== "total"; });
    var key = function (row) {
      var text = row.cells[column].textContent;
      return numeric ? number(text) : text;
    };
    others.sort(function (a, b) {
      var x = key(a), y = key(b);
      if (numeric) {
        // What is unknown stands last either way.
        if (isNaN(x) || isNaN(y)) { return (isNaN(x) ? 1 : 0) - (isNaN(y) ? 1 : 0); }
        return up ? x - y : y - x;
      }
      return up ? x.localeCompare(y) : y.localeCompare(x);
    });
    others.concat(last).forEach(function (row) { body.appendChild(row); });
  }
  document.querySelectorAll("table").forEach(function (table) {
    if (table.tBodies[0].rows.length < 3) { return; }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") !== "ascending";
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(table, column, head.className === "n", up);
      });
    });
  });
})();
